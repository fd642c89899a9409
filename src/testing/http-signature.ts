import type { HttpRequest } from './http-message'
import { isSameText } from './same-text'

/** How far from the server's clock a request may be dated, in seconds, where the clock is looked at at all. */
const clockWindow = 600

/** What a server looks at besides the signature. */
export interface SignatureChecks {
  /** The `auth_key` must be the application's. */
  readonly key: boolean
  /** The `auth_timestamp` must be within 600 s. */
  readonly clock: boolean
  /** The `body_md5` sent is signed and must be the body's; otherwise the body's own digest is what must be signed. */
  readonly sentDigest: boolean
}

/** With what a request's signature is checked. */
export interface SignatureKit {
  readonly key: string
  /** HMAC-SHA256 with the secret, in lower-case hex. */
  readonly sign: (message: string) => string
  /** MD5 in lower-case hex. */
  readonly md5: (text: string) => string
  readonly checks: SignatureChecks
}

/** The text that a caller of the HTTP API signs: method, path and sorted parameters, not URL-encoded. */
function textToSign(method: string, path: string, parameters: Iterable<readonly [string, string]>): string {
  const pairs = [...parameters].map(([name, value]) => [name.toLowerCase(), value] as const)
  pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  return [method, path, pairs.map(([name, value]) => `${name}=${value}`).join('&')].join('\n')
}

/** Why a request is not to be trusted; `undefined` if it is. */
export function objectionToSignature(request: HttpRequest, kit: SignatureKit): string | undefined {
  const [path = '', query = ''] = request.path.split('?')
  const parameters = new Map(new URLSearchParams(query))
  const given = parameters.get('auth_signature') ?? ''
  parameters.delete('auth_signature')
  const digest = request.body === '' ? undefined : kit.md5(request.body)
  if (!kit.checks.sentDigest) {
    parameters.delete('body_md5')
    if (digest !== undefined) parameters.set('body_md5', digest)
  }
  if (kit.checks.key && parameters.get('auth_key') !== kit.key) return 'Unknown auth_key'
  if (!isSameText(given, kit.sign(textToSign(request.method, path, parameters)))) return 'Invalid signature'
  if (kit.checks.sentDigest && digest !== parameters.get('body_md5')) return 'Invalid body_md5'
  const age = Math.abs(Date.now() / 1000 - Number(parameters.get('auth_timestamp') ?? Number.NaN))
  if (kit.checks.clock && !(age <= clockWindow)) return `Timestamp expired: not within ${clockWindow}s of server time`
  return undefined
}
