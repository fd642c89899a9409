/**
 * A `fetch` by script element, as pusher-js's transport `jsonp`: for endpoints of other origins that answer nothing else. It is a
 * GET, carries no headers, and a refusal looks like a failure of the network.
 */
export async function fetchByScript(
  url: string,
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
): Promise<Response> {
  const script = document.createElement('script')
  const callback = `antiphon_${Math.random().toString(36).slice(2)}`
  // Only once the script has run or failed, which may be after its answer was given up.
  const forget = () => Reflect.deleteProperty(globalThis, callback)
  try {
    return await new Promise((resolve, reject) => {
      const answered = (answer: unknown) => {
        forget()
        resolve(new Response(JSON.stringify(answer)))
      }
      Object.assign(globalThis, { [callback]: answered })
      script.onerror = () => {
        forget()
        reject(new TypeError('The script could not be loaded.'))
      }
      signal.addEventListener('abort', reject)
      script.src = `${url}${url.includes('?') ? '&' : '?'}callback=${callback}&${body}`
      document.head.append(script)
    })
  } finally {
    script.remove()
  }
}
