/** What a close code asks of a client, whoever sent it: in a close frame, or in a `pusher:error` before the greeting. */
export type CloseAction = 'terminal' | 'tls' | 'slow' | 'busy' | 'soon' | 'back-off'

/** The protocol's table (pusher.com, "error codes"): what is not in it is an ordinary loss. */
export function closeAction(code: number): CloseAction {
  if (code === 4000) return 'tls'
  if (code === 4004) return 'slow'
  if (code === 4001 || code === 4003 || (code >= 4005 && code <= 4009)) return 'terminal'
  if (code >= 4100 && code <= 4199) return 'busy'
  return code >= 4200 && code <= 4299 ? 'soon' : 'back-off'
}
