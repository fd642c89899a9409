const PAGE = 6
const customers = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan', 'Margaret']

/** A list of orders, newest first, in pages. */
export function liveTable({ broadcast, cut }) {
  const orders = Array.from({ length: 20 }, (_, index) => order(20 - index))

  function place() {
    const placed = order(orders.length + 1)
    orders.unshift(placed)
    broadcast('orders', 'OrderPlaced', placed)
    return placed
  }

  return {
    'GET /live-table/orders'({ page }) {
      const first = (Number(page) - 1) * PAGE
      return { orders: orders.slice(first, first + PAGE), total: orders.length, perPage: PAGE }
    },
    'POST /live-table/place': place,
    'POST /live-table/pay'({ id }) {
      const index = orders.findIndex((one) => one.id === id)
      if (index < 0) return 404
      orders[index] = { ...orders[index], paid: true }
      broadcast('orders', 'OrderPaid', orders[index])
      return orders[index]
    },
    // Three orders that nobody tells the page that asks.
    'POST /live-table/miss'(_input, { socketId }) {
      cut(socketId)
      return [place(), place(), place()]
    },
  }

  function order(id) {
    return { id, customer: customers[id % customers.length], total: 10 + ((id * 37) % 90), paid: false }
  }
}
