/** What a page or worker notices of its network and its own life. */
export type NetworkChange = 'online' | 'offline' | 'visible' | 'hidden' | 'frozen' | 'resumed'

/**
 * Watches the page (or worker) and returns the undo. Nothing listens to `unload` or `beforeunload`: they would keep the
 * page out of the back/forward cache.
 */
export function watchNetwork(tell: (change: NetworkChange) => void): () => void {
  const { document: page, navigator } = globalThis as Partial<typeof globalThis>
  const stop = new AbortController()
  const listen = (target: EventTarget | undefined, event: string, change: (event: Event) => NetworkChange | false) =>
    target?.addEventListener?.(
      event,
      (event) => {
        const changed = change(event)
        if (changed) tell(changed)
      },
      { signal: stop.signal },
    )
  const kept = (event: Event) => (event as PageTransitionEvent).persisted
  listen(globalThis, 'online', () => 'online')
  listen(globalThis, 'offline', () => 'offline')
  listen(globalThis, 'pagehide', (event) => kept(event) && 'frozen')
  listen(globalThis, 'pageshow', (event) => kept(event) && 'resumed')
  listen(page, 'visibilitychange', () => (page?.visibilityState === 'visible' ? 'visible' : 'hidden'))
  listen(page, 'resume', () => 'visible')
  if (navigator?.onLine === false) tell('offline')
  return () => stop.abort()
}
