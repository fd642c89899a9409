import { PusherHttp, PusherServer, type ServerConnection } from 'antiphon/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replay } from './replay'
import { hmac, md5, scenarios } from './transcript'
import { optionsOf } from './transcript-server'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a server like reverb, in memory, answers as the real one did', () => {
  for (const scenario of scenarios) {
    it(scenario.name, async () => {
      const server = new PusherServer({ ...optionsOf(scenario.app), sign: (text) => hmac(scenario.app.secret, text) })
      const http = new PusherHttp(server, md5)
      const clients = new Map<string, ServerConnection>()
      const answer = (method: string, path: string, body = '') => {
        const { contentType = null, ...rest } = http.answer({ method, path, body })
        return { ...rest, contentType }
      }
      await replay(scenario, async (arrive) => ({
        open: (client, path, origin) => {
          if (!server.serves(path)) return arrive(client, { refused: answer('GET', path) })
          const close = (code: number, reason: string) => arrive(client, { closed: { code, reason } })
          const transport = {
            send: (text: string) => arrive(client, { frame: text }),
            close,
            drop: () => close(1006, ''),
          }
          clients.set(client, server.accept(transport, { path, origin }))
        },
        send: (client, text, binary) => clients.get(client)?.receive(binary ? new TextEncoder().encode(text) : text),
        close: (client, code, reason) => {
          clients.get(client)?.closed()
          arrive(client, {
            closed: { code: code ?? server.options.personality.bareCloseCode, reason: reason ?? '' },
          })
        },
        drop: (client) => clients.get(client)?.closed(),
        request: async (method, path, body) => answer(method, path, body),
        stop: (signal) => server.close(signal === 'SIGKILL' ? 'killed' : 'stopped'),
        wait: async (milliseconds) => {
          await vi.advanceTimersByTimeAsync(milliseconds)
        },
      }))
      server.close()
      expect(vi.getTimerCount()).toBe(0)
    })
  }
})
