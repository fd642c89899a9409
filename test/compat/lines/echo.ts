import axios, { type InternalAxiosRequestConfig } from 'axios'
import { expect, vi } from 'vitest'
import type { Line } from '../line'
import { reverb } from '../reverb'

/** The package's exports, and the class. */
export const echo: readonly Line[] = [
  {
    says: 'Values: default export Echo (there is no named Echo), Channel, Connector, EventFormatter',
    differs: ['`import Echo`', '`Connector`'],
    holds({ client, either }) {
      const { default: Echo, ...named } = client.module
      expect(typeof Echo).toBe('function')
      expect(named.Echo).toBe(either(undefined, Echo))
      expect(typeof named.Channel).toBe('function')
      expect(typeof named.Connector).toBe(either('function', 'undefined'))
      const formatter = new named.EventFormatter('App.Events')
      expect(formatter.format('Orders.Shipped')).toBe('App\\Events\\Orders\\Shipped')
      formatter.setNamespace(false)
      expect(formatter.format('Orders.Shipped')).toBe('Orders\\Shipped')
    },
  },
  {
    says: 'options: the very object that was passed in, mutable',
    differs: ['the object handed in'],
    holds({ client, keep, either }) {
      const handed = { broadcaster: 'null', namespace: 'Mine', key: 'k' }
      const echo = keep(new client.module.default(handed))
      expect(echo.options === handed).toBe(either(true, false))
      expect(echo.options).toMatchObject(handed)
      echo.options.mine = 1
      echo.options.auth = { headers: {} }
      expect(echo.options).toMatchObject({ mine: 1, auth: { headers: {} } })
    },
  },
  {
    says: 'connector: the connector (section 2)',
    holds({ start }) {
      const { connector } = start()
      expect(connector).toBeTypeOf('object')
      expect(connector.options.key).toBe('app-key')
    },
  },
  {
    says: 'channel(name), private(name), join(name): channel, same object until left',
    async holds({ connected }) {
      const echo = await connected()
      for (const kind of ['channel', 'private', 'join']) {
        const channel = echo[kind]('a')
        expect(echo[kind]('a')).toBe(channel)
        echo.leave('a')
        expect(echo[kind]('a')).not.toBe(channel)
      }
    },
  },
  {
    says: 'listen(name, event, cb): the public channel',
    async holds({ connected, settle, publish }) {
      const echo = await connected()
      const heard = vi.fn()
      expect(echo.listen('news', 'Published', heard)).toBe(echo.channel('news'))
      await settle()
      await publish('news', 'App\\Events\\Published', { id: 1 })
      expect(heard.mock.calls[0]![0]).toEqual({ id: 1 })
    },
  },
  {
    says: 'leave(name): leaves name, private-name, private-encrypted-name, presence-name; so a full wire name works too',
    differs: ['the server, after `leave()`'],
    async holds({ encrypting, settle, eventually, server, either }) {
      const echo = encrypting()
      await settle()
      const join = async () => {
        for (const kind of ['channel', 'private', 'encryptedPrivate', 'join']) echo[kind]('a')
        await eventually(() => expect(server.channels()).toHaveLength(4))
      }
      await join()
      expect(echo.leave('a')).toBeUndefined()
      await settle(100)
      expect(server.channels()).toHaveLength(either(0, 4))
      await settle(300)
      expect(server.channels()).toEqual([])
      await join()
      echo.leave('private-a')
      await settle(400)
      const left = ['a', 'presence-a', 'private-encrypted-a']
      expect(
        server
          .channels()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(left)
    },
  },
  {
    says: 'leaveChannel(wire), leaveAllChannels(): void; unknown names are no error',
    async holds({ connected, settle, server }) {
      const echo = await connected()
      echo.channel('a')
      echo.private('b')
      echo.join('c')
      await settle()
      expect(echo.leaveChannel('private-b')).toBeUndefined()
      expect(echo.leaveChannel('unknown')).toBeUndefined()
      await settle(400)
      expect(server.channels().map(({ name }) => name)).toEqual(['a', 'presence-c'])
      expect(echo.leaveAllChannels()).toBeUndefined()
      await settle(400)
      expect(server.channels()).toEqual([])
    },
  },
  {
    says: "socketId(), connectionStatus(): string | undefined; ConnectionStatus (null driver: 'fake-socket-id', 'connected')",
    differs: ['`socketId()` while there is no connection', 'broadcaster `null`', 'during an outage'],
    async holds({ start, settle, server, outage, either }) {
      const echo = start()
      expect(echo.socketId()).toBeUndefined()
      expect(echo.connectionStatus()).toBe('connecting')
      await settle()
      const [id] = server.connections.keys()
      expect(echo.socketId()).toBe(id)
      expect(echo.connectionStatus()).toBe('connected')
      await outage()
      expect(echo.socketId()).toBe(either(id, undefined))
      expect(echo.connectionStatus()).toBe(either('connected', 'reconnecting'))
      await settle(1500)
      expect(echo.connectionStatus()).toBe(either('connecting', 'reconnecting'))
      const none = start({ broadcaster: 'null' })
      expect(none.socketId()).toBe(either('fake-socket-id', undefined))
      expect(none.connectionStatus()).toBe(either('connected', 'disconnected'))
    },
  },
  {
    says: 'connect(), disconnect(): void; connecting is also part of construction',
    differs: ['`connect()` after `disconnect()`'],
    async holds({ connected, settle, publish, either }) {
      const echo = await connected()
      const heard = vi.fn()
      echo.channel('news').listen('.Published', heard)
      await settle()
      expect(echo.connectionStatus()).toBe('connected')
      expect(echo.disconnect()).toBeUndefined()
      expect(echo.connectionStatus()).toBe('disconnected')
      expect(echo.connect()).toBeUndefined()
      await settle()
      expect(echo.connectionStatus()).toBe('connected')
      await publish('news', 'Published', {})
      expect(heard).toHaveBeenCalledTimes(either(0, 1))
    },
  },
  {
    says: 'All are prototype methods: applications subclass Echo',
    async holds({ client, keep, settle, publish }) {
      const heard = vi.fn()
      const Base: new (options: object) => { private(name: string): any; disconnect(): void } = client.module.default
      class Mine extends Base {
        readonly mine = true

        override private(name: string) {
          return super.private(`tenant.${name}`).listen('.Paid', heard)
        }
      }
      const echo = keep(new Mine({ ...reverb }))
      expect(echo).toBeInstanceOf(client.module.default)
      expect(echo.mine).toBe(true)
      await settle()
      expect(echo.private('a').name).toBe('private-tenant.a')
      await settle()
      await publish('private-tenant.a', 'Paid', { id: 1 })
      expect(heard).toHaveBeenCalledOnce()
    },
  },
  {
    says: "wrap Echo.prototype[method], spy on it, and detect an instance by typeof x.socketId === 'function'",
    async holds({ client, start }) {
      const { prototype } = client.module.default
      const methods = ['channel', 'private', 'encryptedPrivate', 'join', 'listen', 'leave', 'leaveChannel']
      methods.push('leaveAllChannels', 'socketId', 'connectionStatus', 'connect', 'disconnect')
      for (const method of methods) expect(typeof prototype[method], method).toBe('function')
      const echo = start()
      expect(typeof echo.socketId).toBe('function')
      const called: unknown[] = []
      const wrapped = prototype.private
      try {
        prototype.private = function (this: unknown, name: string) {
          called.push(name)
          return wrapped.call(this, name)
        }
        expect(echo.private('a').name).toBe('private-a')
        const spy = vi.spyOn(echo, 'join')
        expect(echo.join('room').name).toBe('presence-room')
        expect(spy).toHaveBeenCalledWith('room')
      } finally {
        prototype.private = wrapped
      }
      expect(called).toEqual(['a'])
    },
  },
  {
    says: 'registerInterceptors(), registerAxiosRequestInterceptor(), registerjQueryAjaxSetup(), …: public, some applications call them after setting window.axios',
    async holds({ connected }) {
      const echo = await connected({ withoutInterceptors: true })
      const sent: unknown[] = []
      const adapter = async (config: InternalAxiosRequestConfig) => {
        sent.push(config.headers.get('X-Socket-ID'))
        return { data: null, status: 200, statusText: 'OK', headers: {}, config }
      }
      const window = { axios: axios.create({ adapter }) }
      vi.stubGlobal('axios', window.axios)
      await window.axios.post('/posts')
      expect(echo.registerAxiosRequestInterceptor()).toBeUndefined()
      await window.axios.post('/posts')
      expect(sent).toEqual([undefined, echo.socketId()])
      for (const method of [
        'registerInterceptors',
        'registerjQueryAjaxSetup',
        'registerTurboRequestInterceptor',
        'registerVueRequestInterceptor',
      ])
        expect(typeof echo[method]).toBe('function')
    },
  },
  {
    says: "broadcaster may be a class or function: constructed once with the options, it becomes echo.connector and has the members of section 2's first row",
    differs: ['a `broadcaster` that is a class extending `Connector`'],
    holds({ client, either }) {
      const made: unknown[] = []
      const state = { get: () => ({ status: 'disconnected' }), subscribe: () => () => {} }
      const members = { state, connect() {}, disconnect() {}, channel: () => 'mine', subscribe: () => ({}) }
      function Mine(this: object, options: { key: string }) {
        made.push(options.key)
        return members
      }
      const echo = new client.module.default({ broadcaster: Mine, key: 'k', withoutInterceptors: true })
      expect(made).toEqual(['k'])
      expect(echo.connector === members).toBe(either(true, false))
      class Theirs {}
      const extended = () => new client.module.default({ broadcaster: Theirs, key: 'k', withoutInterceptors: true })
      if (either(false, true)) expect(extended).toThrow('Option broadcaster is not a function that makes a connector.')
      else expect(extended().connector).toBeInstanceOf(Theirs)
    },
  },
  {
    says: "Anything else throws `Broadcaster string foo is not supported.` (the value's type, then the value)",
    holds({ client }) {
      const make = (broadcaster: unknown) => () => new client.module.default({ broadcaster, key: 'k' })
      expect(make('foo')).toThrow('Broadcaster string foo is not supported.')
      expect(make(undefined)).toThrow('Broadcaster undefined undefined is not supported.')
      expect(make(7)).toThrow('Broadcaster number 7 is not supported.')
    },
  },
]
