import { type IncomingMessage, request } from 'node:http'

/** A page's `fetch` by HTTP; happy-dom's own repeats every failure on the console. */
export function httpFetch(url: string, { method = 'GET', headers, body, signal }: RequestInit = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: Object.fromEntries(new Headers(headers)) }, (incoming) => {
      const status = incoming.statusCode ?? 0
      textOf(incoming).then((text) => resolve(new Response(text, { status, headers: headersOf(incoming) })), reject)
    })
    outgoing.on('error', reject).end(body)
    signal?.addEventListener('abort', () => {
      outgoing.destroy()
      reject(signal.reason as Error)
    })
  })
}

/** The whole body of a message. */
export async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** The headers of a message, as fetch has them. */
export function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]))
}
