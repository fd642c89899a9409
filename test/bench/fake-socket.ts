type Handler = ((event: any) => void) | null

/** A frame's text, as servers write it: `data` is JSON inside a string. */
export function frameText(event: string, data: unknown, channel?: string): string {
  return JSON.stringify({ event, channel, data: JSON.stringify(data) })
}

/** Hands frames to a client as a WebSocket does, without a network: only the client's own code is measured. */
export class FakeSocket {
  onopen: Handler = null
  onmessage: Handler = null
  onclose: Handler = null
  onerror: Handler = null
  readyState = 0
  /** The presence channels that were asked for: the measure says who is in them. */
  readonly asked: string[] = []
  /** How many other channels were accepted; `undefined` before the greeting. */
  accepted: number | undefined

  constructor() {
    setTimeout(() => {
      this.readyState = 1
      this.onopen?.({})
      this.hear(frameText('pusher:connection_established', { socket_id: '1.1', activity_timeout: 120 }))
      this.accepted = 0
    })
  }

  hear(text: string): void {
    this.onmessage?.({ data: text })
  }

  send(text: string): void {
    const { event, data } = JSON.parse(text) as { event: string; data: { channel: string } }
    if (event !== 'pusher:subscribe') return
    if (data.channel.startsWith('presence-')) return void this.asked.push(data.channel)
    setTimeout(() => {
      this.hear(frameText('pusher_internal:subscription_succeeded', {}, data.channel))
      this.accepted!++
    })
  }

  close(): void {}
}
