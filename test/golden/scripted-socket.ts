/** A page's WebSocket whose other end is a transcript: what it should hear is told to it, what it sends is kept. */
export class ScriptedSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSING = 2
  static readonly CLOSED = 3
  readonly url: string
  readyState = ScriptedSocket.CONNECTING
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null
  /** What the page has sent, and no step has asked for yet. */
  readonly sent: unknown[] = []
  /** The page has closed it. */
  left = false

  constructor(url: string) {
    this.url = url
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  close(): void {
    if (this.readyState < ScriptedSocket.CLOSING) this.readyState = ScriptedSocket.CLOSING
    this.left = true
  }

  /** The server took the connection. */
  opens(): void {
    this.readyState = ScriptedSocket.OPEN
    this.onopen?.(new Event('open'))
  }

  /** The server says this. */
  hears(text: string): void {
    if (this.readyState === ScriptedSocket.OPEN) this.onmessage?.({ data: text })
  }

  /** It ends; one that never opened, with an error first. */
  ends(code: number, reason: string): void {
    if (this.readyState === ScriptedSocket.CONNECTING) this.onerror?.(new Event('error'))
    this.readyState = ScriptedSocket.CLOSED
    this.onclose?.({ code, reason, wasClean: code !== 1006 })
  }
}
