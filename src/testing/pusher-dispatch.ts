import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'
import { type ClientFrame, decodeFrame } from './pusher-frame'
import { subscribe, unsubscribe } from './pusher-subscribe'
import { signin } from './pusher-users'
import { whisper } from './pusher-whispers'

/** Does what a client's frame asks for. */
export function dispatch(app: Application, connection: ServerConnection, text: string): void {
  const { personality, options } = app
  if (new TextEncoder().encode(text).length > options.maxMessageSize)
    return connection.close(1009, 'Maximum message size exceeded')
  if (!connection.limits.frames.take()) return overRate(app, connection)
  const frame = decodeFrame(text)
  if (frame && perform(app, connection, frame)) return
  if (personality.answersMalformed) connection.send(personality.error(4200, 'Invalid message format'))
}

/** Says hello: a client that sends the greeting itself hears it again. */
export function greet(app: Application, connection: ServerConnection): void {
  connection.send(app.personality.greeting(connection.socketId, app.options.activityTimeout))
}

/** `false`: the frame made no sense. */
function perform(app: Application, connection: ServerConnection, frame: ClientFrame): boolean {
  switch (frame.event) {
    case 'pusher:ping':
      if (!app.faults.withholdPong) connection.send(app.personality.pong)
      return true
    case 'pusher:pong':
      return true
    case 'pusher:connection_established':
      greet(app, connection)
      return true
    case 'pusher:subscribe':
      return subscribe(app, connection, frame.data)
    case 'pusher:unsubscribe':
      return unsubscribe(app, connection, frame.data)
    case 'pusher:signin':
      return signin(app, connection, frame.data)
  }
  return !frame.event.startsWith('pusher:') && whisper(app, connection, frame)
}

function overRate({ options, personality }: Application, connection: ServerConnection): void {
  if (options.rateLimit.terminate) connection.drop()
  else connection.send(personality.error(4301, 'Rate limit exceeded'))
}
