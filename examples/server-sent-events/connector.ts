import { AuthError, ConnectionError, type ConnectionState, type Connector, createStore } from 'antiphon'
import type { ChannelName, Signal, Subscription } from 'antiphon'

type Receive = (signal: Signal) => void

const away: ConnectionState = {
  status: 'disconnected',
  socketId: undefined,
  attempt: 0,
  retryAt: undefined,
  error: undefined,
  offline: false,
}

/** Hears all channels on one stream of Server-Sent Events: plain HTTP, for networks that let no WebSocket through. */
export class ServerSentEvents implements Connector {
  readonly state = createStore(away)
  readonly #url: string
  readonly #channels = new Map<string, Receive>()
  #source: EventSource | undefined
  #sent: Promise<Response | undefined> = Promise.resolve(undefined)

  constructor(url: string) {
    this.#url = url
  }

  connect(): void {
    if (this.#source) return
    const source = new EventSource(this.#url)
    this.#source = source
    this.#show({ status: 'connecting' })
    // The server's first word on every stream is the id under which it knows it.
    source.addEventListener('opened', ({ data }) => {
      this.#show({ status: 'connected', socketId: data })
      for (const [channel, receive] of this.#channels) void this.#ask(channel, receive)
    })
    source.onmessage = ({ data }) => {
      const { channel, event, payload } = JSON.parse(data)
      this.#channels.get(channel)?.({ type: 'event', name: event, data: () => payload })
    }
    // An EventSource connects again by itself, unless the server answers something that is no stream.
    source.onerror = () => (source.readyState === EventSource.CLOSED ? this.#refused() : this.#lost('reconnecting'))
  }

  disconnect(): void {
    this.#source?.close()
    this.#source = undefined
    this.#lost('disconnected')
  }

  subscribe({ wire }: ChannelName, receive: Receive): Subscription {
    const { error } = this.state.get()
    this.#channels.set(wire, receive)
    void this.#ask(wire, receive)
    // Never before this returns, and not in a microtask: whoever asks again at each failure would block the page.
    if (error) setTimeout(() => this.#channels.get(wire) === receive && receive({ type: 'failed', error }))
    return {
      whisper: () => false,
      unsubscribe: () => {
        if (this.#channels.get(wire) === receive) this.#channels.delete(wire)
        void this.#send('DELETE', wire)
      },
    }
  }

  // What is answered for an older stream, or for somebody who has left, is dropped.
  async #ask(channel: string, receive: Receive): Promise<void> {
    const { socketId } = this.state.get()
    const response = await this.#send('PUT', channel)
    if (!socketId || this.#channels.get(channel) !== receive || this.state.get().socketId !== socketId) return
    if (response?.ok) return receive({ type: 'subscribed', confirmed: true })
    const { status = 0 } = response ?? {}
    const code = status ? 'auth-refused' : 'auth-failed'
    receive({ type: 'failed', error: new AuthError(code, `${channel}: status ${status}.`, { channel, status }) })
  }

  // One after the other: a channel that is left and asked for again must not be left last.
  #send(method: string, channel: string): Promise<Response | undefined> {
    const { socketId } = this.state.get()
    if (!socketId) return Promise.resolve(undefined)
    const send = () => fetch(`${this.#url}/${socketId}/${encodeURIComponent(channel)}`, { method })
    this.#sent = this.#sent.then(send).catch(() => undefined)
    return this.#sent
  }

  #lost(status: 'reconnecting' | 'disconnected'): void {
    this.#show({ status })
    for (const receive of [...this.#channels.values()]) receive({ type: 'interrupted' })
  }

  #refused(): void {
    const error = new ConnectionError('connection-refused', `${this.#url} is no event stream.`)
    this.#source = undefined
    this.#show({ status: 'failed', error })
    for (const receive of [...this.#channels.values()]) receive({ type: 'failed', error })
  }

  #show(state: Partial<ConnectionState>): void {
    this.state.set(Object.freeze({ ...away, ...state }))
  }
}
