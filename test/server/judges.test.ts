import { type RunningServer, serve } from 'antiphon/server'
import type { PersonalityName } from 'antiphon/testing'
import Rest from 'pusher'
import Client, { type Channel } from 'pusher-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** The official REST SDK publishes, pusher-js listens: neither knows of the other or of us. */
describe.each<PersonalityName>(['pusher', 'reverb', 'soketi'])(
  'pusher 5.3.4 and pusher-js 8.6.0 on a server like %s',
  (like) => {
    let running: RunningServer
    let rest: Rest
    const clients: Client[] = []

    beforeEach(async () => {
      running = await serve({ port: 0, like })
      rest = new Rest({
        appId: 'app-id',
        key: 'app-key',
        secret: 'app-secret',
        host: '127.0.0.1',
        port: String(running.port),
      })
    })
    afterEach(async () => {
      for (const client of clients.splice(0)) client.disconnect()
      await running.close()
    })

    function connect(user: { id: string; name: string; watchlist?: string[] }): Client {
      const client = new Client('app-key', {
        cluster: '',
        wsHost: '127.0.0.1',
        wsPort: running.port,
        forceTLS: false,
        enabledTransports: ['ws'],
        userAuthentication: {
          transport: 'ajax',
          endpoint: '',
          customHandler: ({ socketId }, callback) => callback(null, rest.authenticateUser(socketId, user)),
        },
        channelAuthorization: {
          transport: 'ajax',
          endpoint: '',
          customHandler: ({ socketId, channelName }, callback) => {
            const member = { user_id: user.id, user_info: { name: user.name } }
            const answer = channelName.startsWith('presence-')
              ? rest.authorizeChannel(socketId, channelName, member)
              : rest.authorizeChannel(socketId, channelName)
            callback(null, answer)
          },
        },
      })
      clients.push(client)
      return client
    }

    const next = (channel: Channel, event: string) =>
      new Promise<any>((resolve) => {
        const listener = (data: unknown, metadata?: { user_id?: string }) => {
          channel.unbind(event, listener)
          resolve(metadata?.user_id === undefined ? data : { data, from: metadata.user_id })
        }
        channel.bind(event, listener)
      })

    async function subscribed(client: Client, name: string): Promise<Channel> {
      const channel = client.subscribe(name)
      await next(channel, 'pusher:subscription_succeeded')
      return channel
    }

    async function signedIn(user: { id: string; name: string }): Promise<Client> {
      const client = connect(user)
      client.signin()
      await new Promise((resolve) => client.bind('pusher:signin_success', resolve))
      // pusher-js subscribes to the user's own channel as soon as it has heard that.
      await subscribed(client, 'after')
      return client
    }

    const ada = { id: '7', name: 'Ada' }
    const ben = { id: '8', name: 'Ben' }

    it('an event published by trigger reaches public, private and presence channels', async () => {
      const client = connect(ada)
      for (const name of ['news', 'private-news', 'presence-news']) {
        const channel = await subscribed(client, name)
        const arrival = next(channel, 'Published')
        expect((await rest.trigger(name, 'Published', { id: 1 })).status).toBe(200)
        expect(await arrival).toEqual({ id: 1 })
      }
    })

    it('the socket that is left out does not get the event, the others do', async () => {
      const [one, two] = [connect(ada), connect(ben)]
      const channels = [await subscribed(one, 'news'), await subscribed(two, 'news')] as const
      const heard: string[] = []
      channels[0].bind('Published', ({ id }: { id: number }) => heard.push(`one ${id}`))
      channels[1].bind('Published', ({ id }: { id: number }) => heard.push(`two ${id}`))
      const last = Promise.all(channels.map((channel) => next(channel, 'Last')))
      await rest.trigger('news', 'Published', { id: 1 }, { socket_id: one.connection.socket_id })
      await rest.trigger(['news'], 'Last', {})
      await last
      expect(heard).toEqual(['two 1'])
    })

    it('a batch arrives in order', async () => {
      const channel = await subscribed(connect(ada), 'news')
      const heard: unknown[] = []
      channel.bind_global((event: string, data: unknown) => heard.push([event, data]))
      const last = next(channel, 'Two')
      const answer = await rest.triggerBatch([
        { channel: 'news', name: 'One', data: { n: 1 } },
        { channel: 'news', name: 'Two', data: { n: 2 } },
      ])
      expect(answer.status).toBe(200)
      await last
      expect(heard).toEqual([
        ['One', { n: 1 }],
        ['Two', { n: 2 }],
      ])
    })

    it('members see each other come, whisper with their id, and go', async () => {
      const one = await subscribed(connect(ada), 'presence-chat')
      const arrival = next(one, 'pusher:member_added')
      const second = connect(ben)
      const two = await subscribed(second, 'presence-chat')
      expect(await arrival).toEqual({ id: '8', info: { name: 'Ben' } })
      expect((two as unknown as { members: { count: number; me: unknown } }).members).toMatchObject({
        count: 2,
        me: { id: '8', info: { name: 'Ben' } },
      })
      const whisper = next(one, 'client-typing')
      two.trigger('client-typing', { on: true })
      expect(await whisper).toEqual({ data: { on: true }, from: '8' })
      const departure = next(one, 'pusher:member_removed')
      second.disconnect()
      expect(await departure).toEqual({ id: '8', info: { name: 'Ben' } })
    })

    it('tells the SDK which channels there are, and who is in them', async () => {
      const client = connect(ada)
      await subscribed(client, 'news')
      await subscribed(client, 'presence-chat')
      const read = async (path: string, params = {}) => (await rest.get({ path, params })).json()
      expect(Object.keys((await read('/channels')).channels)).toEqual(['news', 'presence-chat'])
      const presence = await read('/channels', { filter_by_prefix: 'presence-', info: 'user_count' })
      expect(presence.channels['presence-chat'].user_count).toBe(1)
      expect(await read('/channels/news')).toMatchObject({ occupied: true })
      expect(await read('/channels/nothing')).toMatchObject({ occupied: false })
      expect(await read('/channels/presence-chat/users')).toEqual({ users: [{ id: '7' }] })
    })

    // Reverb knows no users.
    const signsIn = like === 'reverb' ? () => {} : it
    signsIn('signs users in, and sends to one of them', async () => {
      const [one, two] = [await signedIn(ada), await signedIn(ben)]
      expect([one.user.user_data, two.user.user_data]).toMatchObject([{ id: '7' }, { id: '8' }])
      const heard: unknown[] = []
      const all = Promise.all([one, two].map(({ user }) => new Promise((resolve) => user.bind('last', resolve))))
      one.user.bind('invited', (data: unknown) => heard.push(['Ada', data]))
      two.user.bind('invited', (data: unknown) => heard.push(['Ben', data]))
      expect((await rest.sendToUser('7', 'invited', { to: 'tea' })).status).toBe(200)
      for (const { id } of [ada, ben]) await rest.sendToUser(id, 'last', {})
      await all
      expect(heard).toEqual([['Ada', { to: 'tea' }]])
    })

    // Watch lists are Pusher's own.
    const watches = like === 'pusher' ? it : () => {}
    watches('tells pusher-js who of a watch list is online', async () => {
      const one = connect({ ...ada, watchlist: ['8'] })
      const told = (name: string) => new Promise((resolve) => one.user.watchlist.bind(name, resolve))
      const first = told('offline')
      one.signin()
      expect(await first).toEqual({ name: 'offline', user_ids: ['8'] })
      const arrival = told('online')
      const two = await signedIn(ben)
      expect(await arrival).toEqual({ name: 'online', user_ids: ['8'] })
      const departure = told('offline')
      two.disconnect()
      expect(await departure).toEqual({ name: 'offline', user_ids: ['8'] })
    })

    it('a cache channel begins with the last event that the SDK has sent', async () => {
      const missed = connect(ada).subscribe('cache-x')
      await next(missed, 'pusher:cache_miss')
      await rest.trigger('cache-x', 'Priced', { euro: 1 })
      expect(await next(connect(ben).subscribe('cache-x'), 'Priced')).toEqual({ euro: 1 })
      const read = await rest.get({ path: '/channels/cache-x', params: { info: 'cache' } })
      expect((await read.json()).cache?.data).toBe(like === 'soketi' ? undefined : '{"euro":1}')
    })

    it('terminates the connections of a user, and nobody else', async () => {
      const users = like === 'reverb' ? [connect(ada), connect(ben)] : [await signedIn(ada), await signedIn(ben)]
      const [one, two] = users as [Client, Client]
      await subscribed(one, 'presence-chat')
      const channel = await subscribed(two, 'presence-chat')
      const departure = next(channel, 'pusher:member_removed')
      expect((await rest.terminateUserConnections('7')).status).toBe(200)
      expect(await departure).toMatchObject({ id: '7' })
      expect(two.connection.state).toBe('connected')
    })

    it('refuses a publisher with another secret', async () => {
      const stranger = new Rest({
        appId: 'app-id',
        key: 'app-key',
        secret: 'x',
        host: '127.0.0.1',
        port: String(running.port),
      })
      await expect(stranger.trigger('news', 'Published', {})).rejects.toMatchObject({ status: 401 })
    })
  },
)
