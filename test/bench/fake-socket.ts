/** What a presence channel's success says. */
export type Members = Record<string, unknown>

type Handler = ((event: any) => void) | null

/** Hands frames to a client as a browser would, without a network: only the client's own code is measured. */
export class FakeSocket {
  onopen: Handler = null
  onmessage: Handler = null
  onclose: Handler = null
  onerror: Handler = null
  readyState = 0
  members: Members = {}

  constructor() {
    setTimeout(() => {
      this.readyState = 1
      this.onopen?.({})
      this.hear('pusher:connection_established', { socket_id: '1.1', activity_timeout: 120 })
    })
  }

  /** A frame's text, as servers write it: `data` is JSON inside a string. */
  static text(event: string, data: unknown, channel?: string): string {
    return JSON.stringify({ event, channel, data: JSON.stringify(data) })
  }

  hear(event: string, data: unknown, channel?: string): void {
    this.onmessage?.({ data: FakeSocket.text(event, data, channel) })
  }

  send(text: string): void {
    const { event, data } = JSON.parse(text) as { event: string; data: { channel: string } }
    if (event !== 'pusher:subscribe') return
    const ids = Object.keys(this.members)
    const presence = { ids, hash: this.members, count: ids.length }
    const body = data.channel.startsWith('presence-') ? { presence } : {}
    setTimeout(() => this.hear('pusher_internal:subscription_succeeded', body, data.channel))
  }

  close(): void {}
}
