import axios, { type InternalAxiosRequestConfig } from 'axios'
import { expect, vi } from 'vitest'
import type { Line } from '../line'

const differs = (row: string, holds: Line['holds']): Line => ({ says: `on purpose: ${row}`, differs: [row], holds })

/** An axios of the page, and what its requests carried. */
function pageAxios() {
  const sent: unknown[] = []
  const adapter = async (config: InternalAxiosRequestConfig) => {
    sent.push(config.headers.get('X-Socket-Id') ?? null)
    return { data: null, status: 200, statusText: 'OK', headers: {}, config }
  }
  const page = axios.create({ adapter })
  return { sent, page, put: () => vi.stubGlobal('axios', page) }
}

/** How the requests of the page say which socket is theirs. */
export const requestDifferences: readonly Line[] = [
  differs('`X-Socket-ID` on requests by itself', async ({ connected, either }) => {
    const { sent, page, put } = pageAxios()
    put()
    const id = (await connected()).socketId()
    await page.post('/posts')
    await page.post('https://elsewhere.test/posts')
    expect(sent).toEqual([id, either(id, null)])
  }),

  differs('the same, on a request that has one', async ({ connected, either }) => {
    const { sent, page, put } = pageAxios()
    put()
    const id = (await connected()).socketId()
    await page.post('/posts', {}, { headers: { 'X-Socket-Id': 'mine' } })
    expect(sent).toEqual([either(id, 'mine')])
  }),

  differs('the same, without a connection', async ({ connected, outage, either }) => {
    const { sent, page, put } = pageAxios()
    put()
    const id = (await connected()).socketId()
    await outage()
    await page.post('/posts')
    expect(sent).toEqual([either(id, null)])
  }),

  differs('the same, after `disconnect()`', async ({ connected, settle, either }) => {
    const { sent, page, put } = pageAxios()
    put()
    const echo = await connected()
    const id = echo.socketId()
    const registered = () => (page.interceptors.request as unknown as { handlers: unknown[] }).handlers.filter(Boolean)
    expect(registered()).toHaveLength(1)
    echo.disconnect()
    await page.post('/posts')
    expect(registered()).toHaveLength(either(1, 0))
    echo.connect()
    await settle()
    await page.post('/posts')
    expect(sent).toEqual([either(id, null), echo.socketId()])
  }),

  differs(
    'a page that gets its axios after Echo, as where `bootstrap.js` imports `./echo`',
    async ({ start, settle, either }) => {
      const { sent, page, put } = pageAxios()
      const echo = start()
      put()
      await settle()
      await page.post('/posts')
      expect(sent).toEqual([either(null, echo.socketId())])
    },
  ),
]
