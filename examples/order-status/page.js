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

    async init() {
      this.undo = Echo.connection.subscribe(({ status }) => {
        this.connection = status
      })
      this.update(await window.send('GET', `order-status/order?id=${id}`))
    },
    destroy() {
      this.undo()
    },
    update({ status }) {
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
