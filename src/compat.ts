import { conceal } from './base/record'
import { createReport, type Report } from './base/report'
import type { Channel } from './channels/channel'
import type { ChannelRegistry } from './channels/registry'
import * as tells from './channels/tells'
import type { Topic } from './channels/topic'
import type { Listen } from './connectors/pusher/bindings'
import { PusherConnector } from './connectors/pusher/connector'
import { createPusherFacade, type PusherFacade } from './connectors/pusher/facade'
import type { ConnectionStatus, Connector } from './contract'

/** What of Echo its connector's view hands on to. */
interface EchoVerbs {
  readonly options: { readonly key?: unknown }
  channel(name: string): any
  private(name: string): any
  encryptedPrivate(name: string): any
  join(name: string): any
  listen(name: string, event: string, callback: CallableFunction): any
  leave(name: string): void
  leaveChannel(wire: string): void
  socketId(): string | undefined
  connectionStatus(): ConnectionStatus
  connect(): void
  disconnect(): void
  signin(): unknown
}

/** The connector as applications of laravel-echo know it: the verbs of Echo under their older names, and what lies below. */
export interface ConnectorView {
  readonly options: any
  /** The channels by wire name. */
  readonly channels: Record<string, Channel>
  /** The pusher-js instance, or what stands in for it on our own socket; some connectors have none. */
  readonly pusher?: any
  /** socket.io's socket, where that is the broadcaster. */
  readonly socket?: any
  /** The `io` that made it. */
  readonly getSocketIO?: () => any
  channel(name: string): any
  privateChannel(name: string): any
  encryptedPrivateChannel(name: string): any
  presenceChannel(name: string): any
  listen(name: string, event: string, callback: CallableFunction): any
  leave(name: string): void
  leaveChannel(wire: string): void
  socketId(): string | undefined
  connectionStatus(): ConnectionStatus
  /** Calls with each new status; returns the undo. */
  onConnectionChange(callback: (status: ConnectionStatus) => void): () => void
  connect(): void
  disconnect(): void
  signin(): unknown
}

/** Makes what is behind `echo.connector`. Nothing of this library reads it. */
export function createConnectorView(echo: EchoVerbs, connector: Connector, registry: ChannelRegistry): ConnectorView {
  const view: ConnectorView = {
    options: echo.options,
    channels: registry.pinned,
    channel: (name) => echo.channel(name),
    privateChannel: (name) => echo.private(name),
    encryptedPrivateChannel: (name) => echo.encryptedPrivate(name),
    presenceChannel: (name) => echo.join(name),
    listen: (name, event, callback) => echo.listen(name, event, callback),
    leave: (name) => echo.leave(name),
    leaveChannel: (wire) => echo.leaveChannel(wire),
    socketId: () => echo.socketId(),
    connectionStatus: () => echo.connectionStatus(),
    onConnectionChange(callback) {
      let { status } = connector.state.get()
      return connector.state.subscribe((now) => {
        if (now.status !== status) callback((status = now.status))
      })
    },
    connect: () => echo.connect(),
    disconnect: () => echo.disconnect(),
    signin: () => echo.signin(),
  }
  conceal(view, 'options')
  return Object.defineProperties(view, Object.getOwnPropertyDescriptors(extrasOf(echo, connector, registry)))
}

function extrasOf(echo: EchoVerbs, connector: Connector, registry: ChannelRegistry): object {
  if (!(connector instanceof PusherConnector)) return (connector as { extras?: object }).extras ?? {}
  let facade: PusherFacade | undefined
  return {
    get pusher() {
      facade ??= createPusherFacade<Topic>({
        connector,
        echo,
        report: createReport((echo.options as { onError?: Report }).onError),
        topics: () => [...registry.topics()].filter(({ holders }) => holders),
        listen: (topic) => (event, listener) => listen(topic, event, listener),
        members: (topic) => topic.roster?.view(),
      })
      return facade
    },
  }
}

// What pusher-js tells on a channel beside the application's events.
const INVENTED = [
  'pusher:subscription_succeeded',
  'pusher:subscription_error',
  'pusher:member_added',
  'pusher:member_removed',
  'pusher:subscription_count',
  'pusher:cache_miss',
]

function listen(topic: Topic, event: string | undefined, listener: Parameters<Listen>[1]): () => void {
  const { listeners } = topic
  switch (event) {
    case undefined: {
      const undo = INVENTED.map((name) => listen(topic, name, (data) => listener(name, data)))
      undo.push(listeners.on(tells.all, (data, meta) => listener(meta.event, data)))
      return () => {
        for (const end of undo) end()
      }
    }
    case 'pusher:member_added':
      return listeners.on(tells.joining, (_info, member) => listener(member))
    case 'pusher:member_removed':
      return listeners.on(tells.leaving, (_info, member) => listener(member))
    default:
      return listeners.on(event, (data, meta) => listener(data, meta && { user_id: meta.userId }))
  }
}
