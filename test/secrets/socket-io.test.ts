import { Echo, type EchoOptions } from 'antiphon'
import { expect, it, vi } from 'vitest'
import { ScriptedClient } from '../connectors/socket-io/scripted-client'
import { canary } from '../support/canaries'
import { advance, fakeTime } from '../support/clock'
import { keepLogbook } from './logbook'

fakeTime()
const logbook = keepLogbook()

async function visit(client: ScriptedClient, options: Partial<EchoOptions<'socket.io'>> = {}): Promise<Echo<any>> {
  const { trace, write } = logbook()
  const echo = new Echo({
    broadcaster: 'socket.io',
    host: 'app.test',
    client: client.io,
    autoConnect: true,
    bearerToken: canary('bearer'),
    csrfToken: canary('csrf'),
    auth: { headers: { 'X-Api-Key': canary('header') } },
    extraHeaders: { Cookie: canary('cookie') },
    query: { token: canary('query') },
    trace,
    onError: write,
    ...options,
  })
  echo.connection.subscribe(write)
  await vi.dynamicImportSettled()
  await advance(10)
  return echo
}

function expectClean(echo: Echo<any>, ...channels: object[]): void {
  logbook().writeAll(echo, ...channels)
  expect(logbook().leaks).toEqual([])
  expect(logbook().size).toBeGreaterThan(5)
  echo.disconnect()
}

it('a log has no secret where socket.io is the client, whatever is refused and lost', async () => {
  const client = new ScriptedClient()
  const echo = await visit(client)
  const { write } = logbook()
  client.fire('connect_error', new Error('xhr poll error'))
  client.open()
  const channels = [403, 401, 419, 500, 0].map((status) => {
    const channel = echo.private(`room.${status}`).error(write)
    return { channel, status }
  })
  echo.signin().catch(write)
  await advance(10)
  expect(JSON.stringify(client.emitted)).toContain(canary('bearer'))
  for (const { channel, status } of channels) client.receive('subscription_error', channel.name, status)
  await advance(1000)
  client.receive('subscription_error', 'private-room.500', canary('status'))
  client.lose()
  client.fire('io:reconnect_failed')
  await advance(60_000)
  expectClean(echo, ...channels.map(({ channel }) => channel))
})

it.each<Partial<EchoOptions<'socket.io'>>>([
  { auth: { headers: { 'X-Api-Key': `${canary('header')}\r\nX-Evil: 1` } } },
  { bearerToken: () => ({ token: canary('bearer') }) as never },
  { csrfToken: () => [canary('csrf')] as never },
])('nor where what goes with a subscription has the wrong shape (%#)', async (options) => {
  const client = new ScriptedClient()
  const echo = await visit(client, options)
  client.open()
  const channel = echo.private('room').error(logbook().write)
  await advance(1000)
  expect(channel.status.get()).toBe('failed')
  expectClean(echo, channel)
})
