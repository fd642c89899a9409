import { router } from '@inertiajs/core'
import axios from 'axios'
import { attach } from 'antiphon'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Backend, backend, echoWith, pageOf } from '../interceptors/backend'

let app: Backend
let other: Backend

const setURL = (url: string) => (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(url)

beforeEach(async () => {
  app = await backend()
  other = await backend()
  setURL(`${app.origin}/`)
})

describe('an axios instance', () => {
  it('sends the id, to the origins that may have it', async () => {
    const { echo } = echoWith()
    const client = axios.create({ baseURL: '/api' })
    attach(echo, client)
    await client.post('/a')
    await client.get(`${other.origin}/b`)
    await axios.get('/c')
    expect(app.requests).toEqual([
      { method: 'POST', path: '/api/a', socketId: '1.1' },
      { method: 'GET', path: '/c', socketId: undefined },
    ])
    expect(other.ids).toEqual([undefined])
  })

  it('sends it to a server of its own, if interceptorOrigins names that', async () => {
    const { echo } = echoWith({ interceptorOrigins: [other.origin] })
    const client = axios.create({ baseURL: other.origin })
    attach(echo, client)
    await client.get('/a')
    expect(other.ids).toEqual(['1.1'])
  })

  it('never sends an old one, and stays attached until the undo', async () => {
    const { echo, be } = echoWith()
    const client = axios.create()
    const undo = attach(echo, client)
    be(undefined)
    await client.get('/a')
    be('2.2')
    await client.get('/b')
    echo.disconnect()
    await client.get('/c')
    echo.connect()
    await client.get('/d')
    undo()
    undo()
    await client.get('/e')
    expect(app.ids).toEqual([undefined, '2.2', undefined, '1.1', undefined])
  })

  it('keeps a header of the application’s own', async () => {
    const { echo } = echoWith()
    const client = axios.create({ headers: { 'X-Socket-Id': 'mine' } })
    attach(echo, client)
    await client.get('/a')
    expect(app.ids).toEqual(['mine'])
  })
})

describe('an older axios', () => {
  it('may have no headers yet when it asks, and hears of them in a plain object', () => {
    const { echo } = echoWith()
    let intercept = (config: object): object => config
    attach(echo, { interceptors: { request: { use: (own: typeof intercept) => (intercept = own) } } })
    expect(intercept({ url: '/a', headers: null })).toEqual({ url: '/a', headers: { 'X-Socket-ID': '1.1' } })
    expect(intercept({ headers: { common: {} } })).toEqual({ headers: { common: {}, 'X-Socket-ID': '1.1' } })
    expect(intercept({ headers: { 'x-socket-id': '7' } })).toEqual({ headers: { 'x-socket-id': '7' } })
  })
})

describe('Inertia’s router', () => {
  beforeAll(() => {
    router.init({
      initialPage: { ...pageOf('/'), flash: {}, rescuedProps: [] } as never,
      resolveComponent: async () => ({}),
      swapComponent: async () => {},
    } as never)
  })

  /** A visit, until the server has it and the page has the answer. */
  const visit = (path: string, options: object = {}) =>
    new Promise<void>((resolve) => router.post(path, {}, { ...options, onFinish: () => resolve() }))

  it('sends the id that the connection has at that time, until the undo', async () => {
    const { echo, be } = echoWith()
    const undo = attach(echo, router)
    await visit('/a')
    be(undefined)
    await visit('/b')
    be('2.2')
    await visit('/c')
    undo()
    undo()
    await visit('/d')
    expect(app.ids).toEqual(['1.1', undefined, '2.2', undefined])
  })

  it('writes nothing into the headers that the application hands in, or an old id would come back with them', async () => {
    const { echo, be } = echoWith()
    const undo = attach(echo, router)
    const headers = { 'X-Tenant': '7' }
    await visit('/a', { headers })
    expect(headers).toEqual({ 'X-Tenant': '7' })
    be('2.2')
    await visit('/b', { headers })
    await visit('/c', { headers: { 'x-socket-id': 'mine' } })
    undo()
    expect(app.ids).toEqual(['1.1', '2.2', 'mine'])
  })

  it('sends it to no other origin', async () => {
    const { echo } = echoWith()
    const undo = attach(echo, router)
    await visit(`${other.origin}/a`)
    undo()
    expect(other.ids).toEqual([undefined])
  })
})

describe('anything else', () => {
  it.each([[undefined], [null], [{}], [() => {}], ['axios'], [{ interceptors: {} }], [{ on: 'before' }]])(
    'is refused: %j',
    (client) => {
      const { echo } = echoWith()
      expect(() => attach(echo, client as never)).toThrow(
        expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining('attach()') }),
      )
    },
  )
})

describe('fetch', () => {
  it('sends what socketHeaders gives', async () => {
    const { echo, be } = echoWith()
    await fetch('/a', { method: 'POST', headers: { Accept: 'application/json', ...echo.socketHeaders() } })
    be(undefined)
    await fetch('/b', { headers: echo.socketHeaders() })
    be('2.2')
    await fetch(`${other.origin}/c`, { headers: echo.socketHeaders(`${other.origin}/c`) })
    expect([...app.ids, ...other.ids]).toEqual(['1.1', undefined, undefined])
  })
})
