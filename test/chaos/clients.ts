import type { EchoOptions } from 'antiphon'
import type { Page } from '../support/page'

/** What an Echo reaches its server with. */
export interface Client {
  /** The options that make it so; `webSocket` is the page's. */
  options(page: Page, webSocket: typeof WebSocket): Partial<EchoOptions<'reverb'>>
  /** Frames that are none make it throw, which a page reports; the next frame is heard all the same. */
  readonly throws?: boolean
  /** A whisper in the moment of a loss is said to be sent, and is not. */
  readonly forgets?: boolean
}

export const ownSocket: Client = {
  options: (_, webSocket) => ({ WebSocket: webSocket }),
}
