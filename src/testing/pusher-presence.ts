import type { Application } from './pusher-application'
import type { ServerChannel } from './pusher-channel'
import type { ServerConnection } from './pusher-connection'
import type { Fields } from './pusher-frame'

/** Puts a connection into a channel, and tells the others of a presence channel about a member that is new. */
export function enter(app: Application, name: string, connection: ServerConnection, data: Fields): ServerChannel {
  const { personality } = app
  const former = app.channels.get(name)
  const isAnother =
    personality.memberKey(former?.subscribers.get(connection)?.user_id) !== personality.memberKey(data.user_id)
  if (former && isAnother && personality.tellsReplaced) leave(app, former, connection)
  const channel = app.channel(name)
  if (channel.kind === 'presence' && !(personality.tracks(data.user_id) && channel.has(data.user_id))) {
    channel.broadcast(
      { event: 'pusher_internal:member_added', data: personality.added(data), channel: name },
      connection,
    )
  }
  channel.subscribers.set(connection, data)
  return channel
}

/** Takes a connection out of a channel, and tells the others of a presence channel about a member that has gone. */
export function leave(app: Application, channel: ServerChannel, connection: ServerConnection): void {
  const { personality } = app
  const data = channel.subscribers.get(connection)
  if (!data) return
  channel.subscribers.delete(connection)
  if (channel.kind === 'presence' && personality.tracks(data.user_id) && !channel.has(data.user_id)) {
    const removed = {
      event: 'pusher_internal:member_removed',
      data: personality.encode({ user_id: data.user_id }),
      channel: channel.name,
    }
    channel.broadcast(removed)
    app.cache.relayed(removed)
  }
  if (channel.subscribers.size === 0) {
    app.channels.delete(channel.name)
    app.cache.vacated(channel.name)
  } else if (app.counts(channel)) channel.tellCount()
}
