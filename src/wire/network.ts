import { bare } from '../base/record'

/** What a page or worker notices of its network and its own life. */
export type NetworkChange = 'online' | 'offline' | 'visible' | 'frozen' | 'resumed'

type Changes = Readonly<Record<string, NetworkChange>>

const ofWindow: Changes = { online: 'online', offline: 'offline', pagehide: 'frozen', pageshow: 'resumed' }
const ofDocument: Changes = { visibilitychange: 'visible', freeze: 'frozen', resume: 'resumed' }

/**
 * Watches the page (or worker) and returns the undo. Nothing listens to `unload` or `beforeunload`: they would keep the
 * page out of the back/forward cache.
 */
export function watchNetwork(tell: (change: NetworkChange) => void): () => void {
  const { document, navigator } = globalThis as Partial<typeof globalThis>
  const stop = new AbortController()
  const options = bare({ signal: stop.signal })
  const listen = (target: Partial<EventTarget> | undefined, changes: Changes) => {
    const hear = ({ type, persisted }: Event & { readonly persisted?: boolean }) => {
      // Shown for the first time, left for good, or hidden: then there is nothing to do.
      if (persisted !== false && !(type === 'visibilitychange' && document?.hidden)) tell(changes[type]!)
    }
    for (const type of Object.keys(changes)) target?.addEventListener?.(type, hear, options)
  }
  listen(globalThis, ofWindow)
  listen(document, ofDocument)
  if (navigator?.onLine === false) tell('offline')
  return () => stop.abort()
}
