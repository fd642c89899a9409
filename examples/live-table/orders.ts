export interface Order {
  readonly id: number
  readonly customer: string
  readonly total: number
  readonly paid: boolean
}

export interface Page {
  readonly orders: readonly Order[]
  readonly total: number
  readonly perPage: number
}

export async function loadPage(number: number, signal: AbortSignal): Promise<Page> {
  const response = await fetch(`/examples/live-table/orders?page=${number}`, { signal })
  if (!response.ok) throw new Error(`The page did not load: ${response.status}`)
  return response.json()
}

/** The first page with a new order on top. Telling it twice is telling it once. */
export function placed(page: Page, order: Order): Page {
  if (page.orders.some(({ id }) => id === order.id)) return page
  return { ...page, orders: [order, ...page.orders].slice(0, page.perPage), total: page.total + 1 }
}

/** A page on which an order has changed, if it is there. */
export function changed(page: Page, order: Order): Page {
  return { ...page, orders: page.orders.map((one) => (one.id === order.id ? order : one)) }
}
