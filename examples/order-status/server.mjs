const steps = ['Placed', 'Packed', 'Shipped', 'Delivered']
const orders = new Map()

/** An order that moves on when somebody asks; its owner is notified when it is shipped. */
export function orderStatus({ broadcast, notify }) {
  const find = (id) => orders.get(id) ?? { id, status: steps[0] }
  return {
    'GET /order-status/order': ({ id }) => find(Number(id)),
    'POST /order-status/advance'({ id }, { guest }) {
      const status = steps[(steps.indexOf(find(id).status) + 1) % steps.length]
      const order = { id, status }
      orders.set(id, order)
      broadcast(`private-orders.${id}`, 'OrderStatusUpdated', order)
      if (status === 'Shipped') notify(guest, 'OrderShipped', { message: `Order ${id} is on its way.` })
      return order
    },
  }
}
