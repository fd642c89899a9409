import type { AuthRequest } from '../contract'
import { type Answer, answerOf } from './answer'
import { createCredentials, type LiveSettings } from './credentials'
import type { Ask } from './http'
import type { ChannelAuthorization } from './settings'

/** Makes what asks a function of the application's, one channel at a time; `undefined`: there is none. */
export function createCustomAsk(settings: LiveSettings): Ask | undefined {
  const { authorize, channelAuthorization } = settings
  const handler = channelAuthorization ? channelAuthorization.customHandler : olderHandler(settings)
  if (!authorize && !handler) return undefined
  return async ([request], signal) => {
    const { channel, socketId } = request as AuthRequest
    const answer = authorize
      ? { status: 200, body: await authorize(request as AuthRequest, signal) }
      : // It may call back, throw, or return a promise that rejects: whatever comes first counts.
        await new Promise<Answer>((resolve, reject) => {
          const returned = handler?.({ socketId, channelName: channel }, (error, body) =>
            resolve(error ? answerOf(error, body) : { status: 200, body }),
          )
          Promise.resolve(returned).catch(reject)
        })
    return () => answer
  }
}

// pusher-js's older form of it, as its newer one.
function olderHandler(settings: LiveSettings): ChannelAuthorization['customHandler'] {
  const { authEndpoint, authorizer } = settings
  const read = createCredentials(settings)
  return (
    authorizer &&
    (async ({ channelName: name, socketId }, callback) => {
      const { headers, params } = await read()
      return authorizer({ name }, { authTransport: 'ajax', authEndpoint, auth: { headers, params } }).authorize(
        socketId,
        callback,
      )
    })
  )
}
