import type { AuthRequest } from '../contract'
import { invalidOption } from '../wire/address'
import { type Answer, answerOf } from './answer'
import type { Credentials, LiveSettings } from './credentials'
import type { Ask } from './http'
import type { AuthSettings, ChannelAuthorization, UserAuthentication } from './settings'

/** Makes what asks a function of the application's, one channel at a time; `undefined`: there is none. */
export function createCustomAsk(
  settings: LiveSettings,
  read: () => Promise<Credentials>,
  user?: UserAuthentication,
): Ask | undefined {
  const given: Partial<AuthSettings> = user ? { channelAuthorization: user } : settings
  const { authorize, authorizer, channelAuthorization } = given
  // pusher-js's older form of it, as its newer one.
  const older: ChannelAuthorization['customHandler'] = async ({ channelName: name, socketId }, callback) => {
    const { endpoint: authEndpoint, ...auth } = await read()
    const made = authorizer?.({ name }, { authTransport: 'ajax', authEndpoint, auth })
    if (typeof made?.authorize !== 'function') throw invalidOption('authorizer', 'no function that gives { authorize }')
    return made.authorize(socketId, callback)
  }
  const handler = channelAuthorization ? channelAuthorization.customHandler : authorizer && older
  if (!authorize && !handler) return undefined
  const option = channelAuthorization ? 'customHandler' : 'authorizer'
  return async ([request], signal) => {
    const { channel: channelName, socketId } = request as AuthRequest
    // pusher-js names no channel for a user.
    const asked = { socketId, ...(!user && { channelName }) } as Parameters<NonNullable<typeof handler>>[0]
    const answer = authorize
      ? { status: 200, body: await authorize(request as AuthRequest, signal) }
      : // It may call back, throw, or return a promise that rejects: whatever comes first counts.
        await new Promise<Answer>((resolve, reject) => {
          const returned = handler?.(asked, (error, body) =>
            resolve(error ? answerOf(error, body) : { status: 200, body }),
          )
          Promise.resolve(returned)
            .then((value) => {
              // It would never be heard.
              if (Object.hasOwn(Object(value), 'auth')) throw invalidOption(option, 'returning, not calling back')
            })
            .catch(reject)
        })
    return () => answer
  }
}
