import { Echo, inspect } from 'antiphon'
import LaravelEcho from 'laravel-echo'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const opened = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  opened.mockClear()
  for (const name of ['WebSocket', 'XMLHttpRequest', 'fetch', 'Pusher', 'io']) vi.stubGlobal(name, opened)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Every verb of a channel, and what the chain ends with. */
function useAll(channel: any, heard: () => void): unknown {
  return channel
    .listen('A', heard)
    .stopListening('A', heard)
    .listen('.b', heard)
    .listenToAll(heard)
    .subscribed(heard)
    .error(heard)
    .notification(heard)
    .listenForWhisper('typing', heard)
    .stopListeningForWhisper('typing')
    .on('c', heard)
}

describe.each([
  ['laravel-echo', LaravelEcho],
  ['antiphon', Echo],
] as readonly (readonly [string, new (options: any) => any])[])('the broadcaster null of %s', (_, Client) => {
  it('answers every call, opens nothing and calls nobody', async () => {
    const heard = vi.fn()
    const echo = new Client({ broadcaster: 'null', key: 'app-key', wsHost: 'ws.test' })
    const channels = [echo.channel('a'), echo.private('a'), echo.encryptedPrivate('a'), echo.join('a')]
    for (const channel of channels) expect(useAll(channel, heard)).toBe(channel)
    const room = channels[3]
    expect(room.here(heard).joining(heard).leaving(heard).whisper('typing', { a: 1 })).toBe(room)
    expect(echo.listen('a', 'A', heard)).toBeTruthy()
    echo.connector.onConnectionChange(heard)
    expect(echo.connector.pusher).toBeUndefined()
    echo.connect()
    echo.leave('a')
    echo.leaveChannel('private-a')
    echo.leaveAllChannels()
    echo.disconnect()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(heard).not.toHaveBeenCalled()
    expect(opened).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the broadcaster null', () => {
  it('is disconnected and has no socket id, before and after connect()', () => {
    const echo = new Echo({ broadcaster: 'null' })
    echo.connect()
    expect([echo.connectionStatus(), echo.socketId(), echo.socketHeaders()]).toEqual(['disconnected', undefined, {}])
    // laravel-echo makes one up, to which Laravel answers 500.
    expect(new LaravelEcho({ broadcaster: 'null' }).socketId()).toBe('fake-socket-id')
  })

  it('hands out the same channel until it is left, by its name on the wire', () => {
    const echo = new Echo({ broadcaster: 'null' })
    const channel = echo.encryptedPrivate('a')
    expect([channel.name, echo.encryptedPrivate('a') === channel]).toEqual(['private-encrypted-a', true])
    expect(Object.keys(echo.connector.channels)).toEqual(['private-encrypted-a'])
    echo.leave('a')
    expect([channel.status.get(), Object.keys(echo.connector.channels)]).toEqual(['left', []])
  })

  it('tells that a whisper went nowhere, and signs nobody in', async () => {
    const echo = new Echo({ broadcaster: 'null' })
    const told: string[] = []
    echo
      .private('a')
      .error(({ code }) => told.push(code))
      .whisper('typing', {})
    await vi.advanceTimersByTimeAsync(20_000)
    expect(told).toEqual(['whisper-dropped'])
    await expect(echo.signin()).rejects.toMatchObject({ code: 'not-supported' })
    expect(inspect(echo)).toMatchObject({ connection: { status: 'disconnected' } })
    echo.disconnect()
  })
})
