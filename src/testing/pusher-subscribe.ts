import type { SubscribeRefusal, SubscribeRequest } from './personalities/personality'
import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'
import { fieldsOf } from './pusher-frame'
import { enter, leave } from './pusher-presence'
import { isOwn } from './pusher-users'
import { isSameText } from './same-text'

/** Handles `pusher:subscribe`; `false` if it made no sense. */
export function subscribe(app: Application, connection: ServerConnection, data: unknown): boolean {
  const request = readRequest(app, data)
  if (!request) return false
  const fault = app.faults.nextSubscribe()
  if (fault === 'ignore') return true
  if (fault === 'refuse') refuse(app, connection, request, 'signature')
  else if (fault) app.later(fault.delay, () => connection.open && admit(app, connection, request))
  else admit(app, connection, request)
  return true
}

/** Handles `pusher:unsubscribe`, which has no answer; `false` if it made no sense. */
export function unsubscribe(app: Application, connection: ServerConnection, data: unknown): boolean {
  const request = readRequest(app, data)
  if (!request) return false
  const channel = app.channels.get(request.channel)
  if (channel) leave(app, channel, connection)
  return true
}

function readRequest({ personality }: Application, data: unknown): SubscribeRequest | undefined {
  const fields = fieldsOf(data)
  if (!fields) return undefined
  const channel = personality.readText(fields.channel)
  const auth = personality.readText(fields.auth)
  const channelData = personality.readText(fields.channel_data)
  if (typeof channel !== 'string' || auth === null || channelData === null) return undefined
  return { channel, auth, channelData }
}

function admit(app: Application, connection: ServerConnection, request: SubscribeRequest): void {
  const { personality } = app
  const kind = personality.kindOf(request.channel)
  if (!connection.limits.subscriptions.take()) return refuse(app, connection, request, 'too-many')
  if (!personality.allowsName(request.channel)) return refuse(app, connection, request, 'name')
  if (!isOwn(app, connection, request.channel)) return refuse(app, connection, request, 'signature')
  if (kind !== 'public' && !isSigned(app, connection, request)) return refuse(app, connection, request, 'signature')
  const member = personality.readMember(request.channelData, kind)
  if (!member) return refuse(app, connection, request, 'channel-data')
  const channel = enter(app, request.channel, connection, member)
  const list = kind === 'presence' ? personality.list(channel.users()) : undefined
  if (kind === 'presence' && !list) return refuse(app, connection, request, 'channel-data')
  connection.send(personality.succeeded(request.channel, list))
  const cached = app.cache.answer(request.channel)
  if (cached) connection.send(cached)
  if (app.counts(channel)) channel.tellCount()
}

function refuse(
  app: Application,
  connection: ServerConnection,
  request: SubscribeRequest,
  why: SubscribeRefusal,
): void {
  connection.send(app.personality.refusesSubscribe(request.channel, why))
}

/** Whether `auth` was made with our secret for this socket, this channel and exactly this `channel_data`. */
function isSigned({ options, personality }: Application, { socketId }: ServerConnection, request: SubscribeRequest) {
  if (!request.auth) return false
  if (!options.sign) return true
  const expected = options.sign(personality.signed(socketId, request, personality.kindOf(request.channel)))
  return isSameText(...personality.signature(request.auth, options.key, expected))
}
