import { catchUp } from 'antiphon'
import { echo, useConnectionStatus, usePublicChannel } from 'antiphon/react'
import { useEffect, useState } from 'react'
import { changed, loadPage, type Order, type Page, placed } from './orders'

/** One page of orders, kept right: by events while the connection lives, by loading it anew after every gap. */
function usePage(number: number): Page | undefined {
  const [page, setPage] = useState<Page>()
  const { channel } = usePublicChannel('orders')

  useEffect(() => {
    const orders = channel()
    if (!orders) return
    const abort = new AbortController()
    const { signal } = abort
    let question = 0
    const load = async (stop: AbortSignal) => {
      const mine = ++question
      const answer = await loadPage(number, stop)
      // Of two answers the one to the later question counts.
      if (mine === question) setPage(answer)
    }

    // At the first join and after each gap; events that come while it loads wait for it, and follow in order.
    const undo = catchUp(orders, (_gap, stop) => load(stop), { initial: true })
    const follow = (by: (page: Page, order: Order) => Page) => (order: Order) => {
      // On the first page an event says it all. A new order moves the rows of all the others: they are loaded again.
      if (number === 1) setPage((before) => before && by(before, order))
      else load(signal).catch(() => {})
    }
    orders.listen('OrderPaid', follow(changed), { signal })
    orders.listen('OrderPlaced', follow(placed), { signal })
    return () => {
      undo()
      abort.abort()
    }
  }, [channel, number])

  return page
}

export function LiveTable() {
  const [number, setNumber] = useState(1)
  const page = usePage(number)
  const status = useConnectionStatus()
  const pages = page ? Math.ceil(page.total / page.perPage) : 1
  const ask = (path: string, data = {}) => void window.send('POST', `live-table/${path}`, data, echo())

  return (
    <>
      <header>
        <h1>Orders</h1>
        <span role="status">{status}</span>
      </header>
      <section className="card">
        <table>
          <thead>
            <tr>
              <th>Order</th>
              <th>Customer</th>
              <th>Total</th>
              <th>Paid</th>
            </tr>
          </thead>
          <tbody>
            {page?.orders.map(({ id, customer, total, paid }) => (
              <tr key={id}>
                <td>{id}</td>
                <td>{customer}</td>
                <td>{total} €</td>
                <td>{paid ? 'yes' : <button onClick={() => ask('pay', { id })}>Pay {id}</button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <nav className="row" aria-label="Pages">
          <button disabled={number === 1} onClick={() => setNumber(number - 1)}>
            Newer
          </button>
          <span>
            Page {number} of {pages}
          </span>
          <button disabled={number >= pages} onClick={() => setNumber(number + 1)}>
            Older
          </button>
        </nav>
      </section>
      <div className="row">
        <button className="primary" onClick={() => ask('place')}>
          Place an order
        </button>
        <button onClick={() => ask('miss')}>Cut my connection, and place three</button>
      </div>
    </>
  )
}
