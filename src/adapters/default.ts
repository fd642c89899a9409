import { type BroadcastDriver, createStore, Echo, EchoError, type EchoOptions, fromEnv } from '../index'

/** What `configureEcho` was told, and the instance once somebody needs it. */
interface Default {
  readonly options: EchoOptions
  instance?: Echo
}

// The one thing an adapter keeps in its module; whoever follows the instance hears when it is another one.
const configured = createStore<Default | undefined>(undefined)

/**
 * Says how the default instance is made, which hooks without a provider use: at the first `echo()`, nothing is opened here. What
 * is missing comes from Vite's variables (`VITE_REVERB_…` and the like) then. Called again, as hot reloading does, it disconnects
 * the instance there was, and hooks go on with the new one.
 *
 * @example
 * configureEcho({ broadcaster: 'reverb' })
 */
export function configureEcho<T extends BroadcastDriver>(options: EchoOptions<T>): void {
  const before = configured.get()
  configured.set({ options })
  before?.instance?.disconnect()
}

/** The default instance; throws an `EchoError` (`not-configured`) before `configureEcho()`. */
export function echo<T extends BroadcastDriver = BroadcastDriver>(): Echo<T> {
  return defaultEcho('echo()', 'Call configureEcho() first.')
}

/** Whether `configureEcho()` was called. */
export function echoIsConfigured(): boolean {
  return configured.get() !== undefined
}

/** The default instance for `who`; `fix`: what its error says to do. */
export function defaultEcho(who: string, fix: string): Echo {
  const standard = configured.get()
  if (!standard) throw new EchoError('not-configured', `Echo has not been configured, and ${who} needs it. ${fix}`)
  standard.instance ??= new Echo(filled(standard.options))
  return standard.instance
}

/** Whether this is a page, which has an address, or an Echo that connects nevertheless: elsewhere pages are rendered for others. */
export function inPage(echo: () => Echo): boolean {
  return !!(globalThis.location || echo().options.autoConnect)
}

/** Calls when the default instance is another one; returns the undo. */
export const followDefault = configured.subscribe

function filled(options: EchoOptions): EchoOptions {
  // Verbatim, because Vite looks for these words.
  const env: object = (import.meta as { env?: object }).env ?? {}
  const { broadcaster } = options
  if (broadcaster === 'reverb' || broadcaster === 'pusher' || broadcaster === 'ably')
    return fromEnv(env, broadcaster, options)
  if (broadcaster === 'socket.io')
    return { ...options, host: options.host ?? (env as { VITE_SOCKET_IO_HOST?: string }).VITE_SOCKET_IO_HOST }
  return options
}
