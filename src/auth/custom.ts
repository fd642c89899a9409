import type { AuthRequest } from '../contract'
import { type Answer, answerOf } from './answer'
import type { Credentials, LiveSettings } from './credentials'
import type { Ask } from './http'
import type { ChannelAuthorization } from './settings'

/** Makes what asks a function of the application's, one channel at a time; `undefined`: there is none. */
export function createCustomAsk(settings: LiveSettings, read: () => Promise<Credentials>): Ask | undefined {
  const { authorize, authorizer, channelAuthorization } = settings
  // pusher-js's older form of it, as its newer one.
  const older: ChannelAuthorization['customHandler'] = async ({ channelName: name, socketId }, callback) => {
    const { endpoint: authEndpoint, ...auth } = await read()
    return authorizer?.({ name }, { authTransport: 'ajax', authEndpoint, auth }).authorize(socketId, callback)
  }
  const handler = channelAuthorization ? channelAuthorization.customHandler : authorizer && older
  if (!authorize && !handler) return undefined
  return async ([request], signal) => {
    const { channel: channelName, socketId } = request as AuthRequest
    const answer = authorize
      ? { status: 200, body: await authorize(request as AuthRequest, signal) }
      : // It may call back, throw, or return a promise that rejects: whatever comes first counts.
        await new Promise<Answer>((resolve, reject) => {
          const returned = handler?.({ socketId, channelName }, (error, body) =>
            resolve(error ? answerOf(error, body) : { status: 200, body }),
          )
          Promise.resolve(returned).catch(reject)
        })
    return () => answer
  }
}
