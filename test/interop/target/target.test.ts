import { describe, expect, it } from 'vitest'
import { recorded, TargetError, wantedOf } from '../support/target'

const app = { INTEROP_APP_ID: 'id', INTEROP_KEY: 'key', INTEROP_SECRET: 'secret' }
const server = { INTEROP_SERVER: 'http://127.0.0.1:8080', ...app }
const environment = { REVERB_ENCRYPTION_KEY: recorded.encryptionKey }

describe('the target that the environment names', () => {
  it('is nothing where nothing is said: all is started', () => {
    expect(wantedOf({ INTEROP_SERVER: ' ' })).toEqual({ environment })
  })

  it('is a server, a Reverb unless something else is said', () => {
    const { INTEROP_SERVER: url } = server
    const expected = { nodes: [url], api: url, like: 'reverb', id: 'id', key: 'key', secret: 'secret' }
    expect(wantedOf(server)).toEqual({ environment, server: expected })
  })

  it('is a server with an HTTP API elsewhere, and an application', () => {
    const wanted = wantedOf({
      ...app,
      INTEROP_SERVER: 'https://ws-eu.pusher.com/',
      INTEROP_API: 'https://api-eu.pusher.com',
      INTEROP_LIKE: 'pusher',
      INTEROP_APPLICATION: 'https://app.test/',
    })
    expect(wanted).toMatchObject({
      application: 'https://app.test',
      server: { nodes: ['https://ws-eu.pusher.com'], api: 'https://api-eu.pusher.com', like: 'pusher' },
    })
  })

  it('is a server of two nodes, of which the application speaks to the first', () => {
    const wanted = wantedOf({ ...server, INTEROP_SERVER: 'http://a.test, http://b.test' })
    expect(wanted.server).toMatchObject({ nodes: ['http://a.test', 'http://b.test'], api: 'http://a.test' })
  })

  it.each([
    ['INTEROP_APPLICATION needs INTEROP_SERVER beside it', { INTEROP_APPLICATION: 'http://app.test' }],
    ['INTEROP_SERVER needs INTEROP_SECRET beside it', { ...server, INTEROP_SECRET: '' }],
    ['INTEROP_SERVER needs INTEROP_KEY beside it', { ...server, INTEROP_KEY: '' }],
    ['INTEROP_SERVER needs INTEROP_APP_ID beside it', { ...server, INTEROP_APP_ID: '' }],
    [
      'INTEROP_SERVER is an address like http://127.0.0.1:8080, not "localhost"',
      { ...server, INTEROP_SERVER: 'localhost' },
    ],
    [
      'INTEROP_SERVER is an address like http://127.0.0.1:8080, not "ws://a.test"',
      { ...server, INTEROP_SERVER: 'ws://a.test' },
    ],
    ['INTEROP_LIKE is reverb, pusher, soketi, not "ably"', { ...server, INTEROP_LIKE: 'ably' }],
    ['INTEROP_PORT is a port, not "many"', { INTEROP_PORT: 'many' }],
    ['INTEROP_PORT is a port, not "0"', { INTEROP_PORT: '0' }],
    ['INTEROP_PORT is a port, not "65536"', { INTEROP_PORT: '65536' }],
  ])('is refused: %s', (message, env) => {
    expect(() => wantedOf(env)).toThrow(new TargetError(message))
  })
})
