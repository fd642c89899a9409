import { expect, vi } from 'vitest'
import type { Application } from '../application'
import type { Line } from '../line'

const differs = (row: string, holds: Line['holds']): Line => ({
  says: `on purpose: ${row}`,
  differs: [row],
  server: 'pusher',
  holds,
})

/** The requests that asked who the user is. */
const questions = ({ auth }: Application) => auth.for('')

/** Waits until so many were asked, and until what they answered has come about. */
async function asked(application: Application, count: number): Promise<void> {
  await application.eventually(() => expect(questions(application)).toHaveLength(count))
  await application.settle()
}

/** How users sign in, which the list only names. */
export const userDifferences: readonly Line[] = [
  differs('`signin()`', async (application) => {
    const { connected, auth, either } = application
    const { connector } = await connected()
    auth.next({ status: 403 })
    const refused = vi.fn()
    const first = connector.signin()
    expect(first === undefined).toBe(either(true, false))
    first?.catch(refused)
    await asked(application, 1)
    expect(refused).toHaveBeenCalledTimes(either(0, 1))
    const user = connector.signin()
    await asked(application, either(1, 2))
    expect((await user)?.id).toBe(either(undefined, '1'))
  }),

  differs('events for the user', async (application) => {
    const { client, connected, publish } = application
    const { connector } = await connected()
    const signin = connector.signin()
    await asked(application, 1)
    const [raw, event] = [vi.fn(), vi.fn()]
    if (client.Pusher) connector.pusher.user.bind('renamed', raw)
    const user = await signin
    user?.listen('.renamed', event)
    await publish('#server-to-user-1', 'renamed', { name: 'Ada' })
    expect(raw).toHaveBeenCalledTimes(client.Pusher ? 1 : 0)
    expect(event).toHaveBeenCalledTimes(client.incumbent ? 0 : 1)
  }),

  differs('the watch list', async (application) => {
    const { client, connected, auth, server } = application
    auth.reply = ({ socketId }) => ({ status: 200, body: server.authenticate(socketId, { id: '1', watchlist: ['2'] }) })
    const echo = await connected()
    const signin = echo.connector.signin()
    const online = vi.fn()
    if (client.Pusher) echo.connector.pusher.user.watchlist.bind('online', online)
    await asked(application, 1)
    auth.reply = ({ socketId }) => ({ status: 200, body: server.authenticate(socketId, { id: '2' }) })
    const other = await connected()
    other.connector.signin()
    await asked(application, 2)
    expect(online.mock.calls.length > 0).toBe(!!client.Pusher)
    expect((await signin)?.watchlist.get()).toEqual(client.incumbent ? undefined : ['2'])
  }),

  differs('`disconnect()` after `signin()`', async (application) => {
    const { connected, either } = application
    const echo = await connected()
    echo.connector.signin()
    await asked(application, 1)
    echo.connector.pusher.disconnect()
    echo.disconnect()
    echo.connector.pusher.connect()
    await asked(application, either(2, 1))
  }),

  differs('`auth.headers`, `auth.params`', async (application) => {
    const { connected, either } = application
    const echo = await connected({ auth: { headers: { 'X-Team': '7' }, params: { team: '7' } } })
    echo.connector.signin()
    await asked(application, 1)
    const [{ headers, fields }] = questions(application) as [ReturnType<typeof questions>[0]]
    expect([headers.get('X-Team'), fields.get('team')]).toEqual(either([null, null], ['7', '7']))
  }),
]
