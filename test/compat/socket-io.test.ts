import { afterEach, describe, expect, it, vi } from 'vitest'
import { socketIo } from './lines/socket-io'
import { SocketIoApplication } from './socket-io-application'

vi.setConfig({ testTimeout: 60_000 })

let application: SocketIoApplication

afterEach(() => application.close())

describe.each([
  { name: 'laravel-echo', incumbent: true },
  { name: 'antiphon', incumbent: false },
])('$name', ({ incumbent }) => {
  for (const { says, holds } of socketIo)
    it(says, async () => {
      application = await SocketIoApplication.open(incumbent)
      await holds(application)
    })

  it('applications/socket-io.ts: an application of laravel-echo-server', async () => {
    application = await SocketIoApplication.open(incumbent)
    const { module, place, keep, eventually, joined } = application
    vi.resetModules()
    vi.doMock('laravel-echo', () => module)
    const { start, shown } = await import('./applications/socket-io')
    vi.doUnmock('laravel-echo')
    const echo: any = keep(start(place.url))
    if (!incumbent) echo.connect()
    await eventually(() => shown.some((line) => line.startsWith('here')))
    await joined('news')
    await place.publish('news', 'published', { title: 'Rain' })
    await eventually(() => shown.includes('Rain'))
    expect(shown).toEqual(['connected string', 'here mine', 'Rain'])
  })
})
