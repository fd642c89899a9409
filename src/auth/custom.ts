import type { AuthRequest } from '../contract'
import { type Answer, answerOf } from './answer'
import { createCredentials, type LiveSettings } from './credentials'
import type { AuthCallback } from './settings'

/** Asks for one channel; rejects with what a function of the application's throws. */
type AskOne = (request: AuthRequest, signal: AbortSignal) => Promise<Answer>

/** Makes what asks a function of the application's, whatever form it has; `undefined`: there is none. */
export function createCustomAsk(settings: LiveSettings): AskOne | undefined {
  const { authEndpoint, authorize, authorizer, channelAuthorization } = settings
  if (authorize) return async (request, signal) => ({ status: 200, body: await authorize(request, signal) })
  if (channelAuthorization) {
    const { customHandler } = channelAuthorization
    return (
      customHandler &&
      (({ channel: channelName, socketId }) => called((answer) => customHandler({ socketId, channelName }, answer)))
    )
  }
  if (!authorizer) return undefined
  const read = createCredentials(settings)
  return async ({ channel: name, socketId }) => {
    const { headers, params } = await read()
    const options = { authTransport: 'ajax', authEndpoint, auth: { headers, params } } as const
    return called((answer) => authorizer({ name }, options).authorize(socketId, answer))
  }
}

// It may call back, throw, or return a promise that rejects: whatever comes first counts.
function called(start: (callback: AuthCallback) => unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const returned = start((error, body) => resolve(error ? answerOf(error, body) : { status: 200, body }))
    Promise.resolve(returned).catch(reject)
  })
}
