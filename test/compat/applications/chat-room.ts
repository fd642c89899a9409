// A component in Vue's options API, with the room's name as a property.
import type Echo from 'laravel-echo'
import type { PresenceChannel } from 'laravel-echo'

interface User {
  id: number
  name: string
}

interface Message {
  text: string
  user: User
}

/** What Vue gives a component as `this`. */
interface Room {
  $echo: Echo<'reverb'>
  room: string
  users: User[]
  messages: Message[]
  typing: string | null
  channel: PresenceChannel | null
}

export default {
  data(): Pick<Room, 'users' | 'messages' | 'typing' | 'channel'> {
    return { users: [], messages: [], typing: null, channel: null }
  },

  mounted(this: Room) {
    this.channel = this.$echo
      .join(this.room)
      .here((users: User[]) => {
        this.users = users
      })
      .joining((user: User) => {
        this.users.push(user)
      })
      .leaving((user: User) => {
        this.users = this.users.filter(({ id }) => id !== user.id)
      })
      .listen('MessageSent', (message: Message) => this.messages.push(message))
      .listenForWhisper('typing', ({ name }: { name: string }) => {
        this.typing = name
      })
      .error((error: unknown) => console.error(error))
  },

  methods: {
    type(this: Room) {
      this.channel?.whisper('typing', { name: 'Ada' })
    },
  },

  beforeUnmount(this: Room) {
    this.channel?.stopListening('MessageSent').stopListeningForWhisper('typing')
    this.$echo.leave(this.room)
  },
}
