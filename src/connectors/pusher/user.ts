import type { Authorizer, Member } from '../../contract'
import { AuthError } from '../../errors'
import { type Frame, fields, text } from '../../wire/frame'
import { PATIENCE } from './join'
import { type Link, refusal } from './subscription'

const SUCCEEDED = 'pusher_internal:subscription_succeeded'

/** Makes of what a server tells a user what it tells a presence channel: in it are the user and who is online of their list. */
export class UserFrames {
  #me: Member | undefined
  readonly #online = new Set<string>()

  /** The id, once somebody has signed in. */
  get id(): string {
    return this.#me?.id ?? ''
  }

  /** The name of the user's own channel. */
  get wire(): string {
    return `#server-to-user-${this.id}`
  }

  /** Somebody is about to sign in, or has; throws if it is not who it was. */
  become(userData: unknown): void {
    const { id, user_info } = fields(userData)
    const me = { id: text(id), info: user_info }
    if (this.#me && this.id !== me.id) {
      const message = 'The user has become another one: call disconnect() at logout.'
      throw new AuthError('auth-invalid', message, { channel: '' })
    }
    this.#me = me
    this.#online.clear()
  }

  /** What a frame means for the presence channel; `undefined`: nothing. */
  read(frame: Frame): Frame[] | undefined {
    if (frame.event === 'pusher_internal:watchlist_events') return this.#watch(frame)
    if (!this.#me || frame.channel !== this.wire) return undefined
    return [frame.event === SUCCEEDED ? { ...frame, data: { presence: this.presence } } : frame]
  }

  /** The members, as a server would list them. */
  get presence() {
    const { id } = this
    return { ids: [id, ...this.#online], hash: { [id]: this.#me?.info } }
  }

  #watch({ data }: Frame): Frame[] {
    const { events } = fields(data)
    return (Array.isArray(events) ? events : []).flatMap((event: unknown) => {
      const { name, user_ids } = fields(event)
      const ids = (Array.isArray(user_ids) ? user_ids : []).map(text).filter((id) => id !== this.id)
      const online = name === 'online'
      for (const id of ids) this.#online[online ? 'add' : 'delete'](id)
      const change = online ? 'member_added' : 'member_removed'
      return ids.map((id) => ({ event: `pusher_internal:${change}`, data: { user_id: id } }))
    })
  }
}

/** Whether an error within a connection may be the answer to a sign-in; `alone`: nothing else waits for an answer. */
export function refusesUser(code: unknown, alone: boolean): boolean {
  // Whoever knows no sign-in, such as Reverb, takes it for malformed. 4301 and 4302 are about whispers and watch lists.
  return code === 4200 || (alone && code !== 4301 && code !== 4302)
}

/** A server that refused a sign-in, in its own words. */
export function userRefusal(code: unknown, message: unknown): AuthError {
  if (code !== 4200) return refusal('', code, message)
  return new AuthError('not-supported', 'The server knows no signin().', { channel: '' })
}

/** A server that does not answer a sign-in. */
export function userTimeout(): AuthError {
  return new AuthError('subscribe-timeout', 'The server did not answer signin().', { channel: '' })
}

/** The way of `userChannel` to the server: its authorization is to sign in. */
export class UserLink implements Link {
  readonly socket: Link['socket']
  readonly #link: Link
  readonly #tell: (frame: Frame) => void
  #frames = new UserFrames()
  /** The socket on which the user has signed in. */
  #signedIn: string | undefined
  #pending: { resolve(): void; reject(error: AuthError): void } | undefined

  constructor(link: Link, tell: (frame: Frame) => void) {
    this.#link = link
    this.#tell = tell
    this.socket = {
      get state() {
        return link.socket.state
      },
      // To subscribe and to unsubscribe; nobody whispers to a user.
      send: (event) => event.startsWith('pusher:') && link.socket.send(event, { auth: '', channel: this.#frames.wire }),
    }
  }

  readonly authorize: Authorizer = async (request, signal) => {
    // A connection is signed in once.
    if (this.#signedIn !== request.socketId) {
      const { auth, user_data } = await this.#link.authorize({ ...request, channel: '' }, signal)
      if (signal.aborted) throw signal.reason
      this.#frames.become(user_data)
      await this.#ask({ auth, user_data }, signal)
      this.#signedIn = request.socketId
    }
    return { auth: '', channel_data: JSON.stringify({ user_id: this.#frames.id }) }
  }

  left(wire: string, asked: boolean): void {
    this.#frames = new UserFrames()
    this.#signedIn = undefined
    this.#link.left(wire, asked)
  }

  /** A frame for no channel that is held; `false`: it concerns no user. */
  frame(frame: Frame): boolean {
    if (frame.event === 'pusher:signin_success') {
      this.#pending?.resolve()
      return true
    }
    const told = this.#frames.read(frame)
    for (const meant of told ?? []) this.#tell(meant)
    return !!told
  }

  /** An error within the connection. */
  refuse(code: unknown, message: unknown, alone: boolean): void {
    if (refusesUser(code, alone)) this.#pending?.reject(userRefusal(code, message))
  }

  async #ask(grant: object, signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(userTimeout()), PATIENCE)
      signal.addEventListener('abort', () => reject(signal.reason))
      this.#pending = { resolve, reject }
      this.#link.socket.send('pusher:signin', grant)
    }).finally(() => {
      clearTimeout(timer)
      this.#pending = undefined
    })
  }
}
