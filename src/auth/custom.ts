import type { AuthRequest } from '../contract'
import { type Answer, answerOf } from './answer'
import { createCredentials, type LiveSettings } from './credentials'
import type { Ask } from './http'
import type { AuthCallback } from './settings'

/** Makes what asks a function of the application's, one channel at a time; `undefined`: there is none. */
export function createCustomAsk(settings: LiveSettings): Ask | undefined {
  const form = formOf(settings)
  return (
    form &&
    (async ([request], signal) => {
      const answer = await form(request as AuthRequest, signal)
      return () => answer
    })
  )
}

// Applications have three forms of it: ours, and pusher-js's newer and older one.
function formOf(settings: LiveSettings): ((request: AuthRequest, signal: AbortSignal) => Promise<Answer>) | undefined {
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
