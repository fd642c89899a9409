window.Echo = new window.Echo(window.reverb)

document.addEventListener('alpine:init', () => {
  window.Alpine.data('typing', () => ({
    members: [],
    heard: '',
    room: undefined,

    init() {
      this.room = this.$echo.join('typing')
    },
    show() {
      this.members = this.room.presence.get().members
    },
    hear({ text }, { userId }) {
      const author = this.members.find(({ id }) => id === userId)?.info.name
      this.heard = text && author ? `${author}: ${text}` : ''
    },
    send(text) {
      this.room.whisper('typing', { text }, { throttle: 500 })
    },
  }))
})
