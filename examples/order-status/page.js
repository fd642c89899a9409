// In a Laravel application: new Echo({ broadcaster: 'reverb', key: '…', wsHost: '…' }).
window.Echo = new window.Echo(window.reverb)

document.addEventListener('alpine:init', () => {
  const { Alpine, Echo } = window

  Alpine.data('order', (id) => ({
    id,
    channel: `orders.${id}`,
    steps: ['Placed', 'Packed', 'Shipped', 'Delivered'],
    status: '',
    refusal: '',
    connection: Echo.connectionStatus(),

    init() {
      this.undo = Echo.connection.subscribe(({ status }) => {
        this.connection = status
      })
    },
    destroy() {
      this.undo()
    },
    // Each time the channel is joined, so after every gap too; an event that comes meanwhile is newer than the answer.
    async load() {
      this.refusal = ''
      this.told = false
      const order = await window.send('GET', `order-status/order?id=${id}`)
      if (!this.told) this.status = order.status
    },
    update({ status }) {
      this.told = true
      this.status = status
    },
    refused({ message }) {
      this.refusal = message
    },
    // The answer is not looked at: the event tells every page of this order, this one too.
    advance: () => window.send('POST', 'order-status/advance', { id }),
  }))

  Alpine.data('toasts', () => ({
    channel: `App.Models.User.${window.guest}`,
    notes: [],

    show(notification) {
      this.notes.push(notification)
      setTimeout(() => this.close(notification.id), 6_000)
    },
    close(id) {
      this.notes = this.notes.filter((note) => note.id !== id)
    },
  }))
})
