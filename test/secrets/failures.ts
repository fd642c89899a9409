import type { Answer } from '../support/auth-endpoint'
import { canary, signature } from '../support/canaries'

/** What an endpoint may answer instead of a grant, each with a secret wherever one fits. */
export const answers: Record<string, Answer> = {
  'a signature that is wrong, and a key': {
    status: 200,
    body: { auth: `app-key:${signature}`, shared_secret: canary('shared-secret') },
  },
  'a refusal that explains itself': { status: 403, body: { message: canary('body'), trace: canary('trace') } },
  'a page': { status: 200, body: `<html>${canary('page')}` },
  'a session that has expired': { status: 401, body: canary('expired') },
  'a page that has expired': { status: 419, body: canary('expired') },
  'a failure with a stack trace': {
    status: 500,
    body: canary('stack'),
    headers: { 'X-Debug': canary('answer-header'), 'Set-Cookie': canary('answer-cookie') },
  },
  'half an answer': { status: 200, body: `{"auth":"${canary('half')}` },
  'no text to sign with': { status: 200, body: { auth: 5, secret: canary('odd') } },
  'a list': { status: 200, body: [canary('list')] },
  'a text': { status: 200, body: JSON.stringify(canary('text')) },
  'a redirect': 'redirect',
  'a connection that is cut': 'cut',
  'nothing at all': 'never',
  'a body that never ends': { status: 200, body: canary('stalled'), stall: 'never' },
}

/** What a server may say of a signature: Pusher quotes the one that it refuses. */
export const quoted = `Invalid signature: Expected HMAC SHA256 hex digest of 1.1:private-room, but got ${signature}`
