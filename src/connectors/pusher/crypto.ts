import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import type { Signal } from '../../contract'
import { EchoError, FrameError } from '../../errors'
import { payload } from '../../wire/frame'

/** How many events wait for a new key, and how long each, in milliseconds. */
const MOST = 100
const PATIENCE = 10_000
/** The application is asked for a new key this far apart, in milliseconds. */
const PACE = 5000

/** What an opener needs of its channel. */
export interface OpenerHome {
  readonly wire: string
  tell(signal: Signal): void
  /** Asks the application for the key again; `Opener.answer` hears what came of it. */
  renew(): void
}

type Event = Signal & { readonly type: 'event' }

/** An event that came at `since`, in Unix milliseconds; `text` is what was in it, if a key has opened it yet. */
interface Sealed {
  readonly event: Event
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
  readonly since: number
  text?: string | undefined
}

/**
 * Opens the events of one encrypted channel, in the order in which they came. One that the key does not open holds up those
 * behind it while the application is asked again: it may have another key by now.
 */
export class Opener {
  readonly #home: OpenerHome
  #held: Sealed[] = []
  #key = bytes('')
  /** When the key was asked for again, and from when on it may be, in Unix milliseconds. */
  #asked = 0
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(home: OpenerHome) {
    this.#home = home
  }

  /** The application has answered: with the key in base64, or with none. What is not open now is given up. */
  answer(secret?: string): void {
    if (secret) this.#key = bytes(secret)
    this.#turn = this.#asked + PACE
    // What the key before has opened stays open: while keys change, events come under both.
    for (const sealed of this.#held) sealed.text ??= open(sealed, this.#key)
    this.#work(true)
  }

  /** Takes what the channel is to be told. Only events of the protocol's own come unsealed. */
  take(signal: Signal): void {
    if (signal.type === 'interrupted') return this.#interrupt(signal)
    if (signal.type !== 'event' || signal.name.startsWith('pusher:')) return this.#home.tell(signal)
    const sealed = read(signal)
    if (!sealed)
      return this.#report(new FrameError('frame-invalid', `${signal.name} on ${this.#home.wire} is in clear.`))
    sealed.text = open(sealed, this.#key)
    this.#held.push(sealed)
    this.#work()
  }

  /** Gives up what waits, and tells nobody. */
  end(): void {
    this.#held = []
    clearTimeout(this.#timer)
  }

  // What waited is lost with the connection, and so within the gap.
  #interrupt(signal: Signal & { readonly type: 'interrupted' }): void {
    const { loss } = signal
    const from = this.#held[0]?.since
    this.#lose(this.#held.length)
    this.end()
    this.#home.tell(from && loss ? { ...signal, loss: { ...loss, from } } : signal)
  }

  /** Tells in order what is open. `final`: what is not will never be. */
  #work(final = false): void {
    clearTimeout(this.#timer)
    const now = Date.now()
    // A clock may have been set back since.
    if (this.#turn < Infinity) this.#turn = Math.min(this.#turn, now + PACE)
    let lost = 0
    for (let first = this.#held[0]; first; first = this.#held[0]) {
      const { event, since, text } = first
      const end = since + PATIENCE
      if (text === undefined && !final && this.#held.length <= MOST && now < end) {
        this.#ask(now)
        this.#timer = setTimeout(() => this.#work(), Math.min(end, this.#turn) - now)
        break
      }
      this.#held.shift()
      if (text === undefined) lost++
      else this.#home.tell({ ...event, data: () => payload(text) })
    }
    this.#lose(lost)
  }

  #ask(now: number): void {
    if (now < this.#turn) return
    this.#asked = now
    // Not before there is an answer.
    this.#turn = Infinity
    this.#home.renew()
  }

  #lose(count: number): void {
    const what = `${count} event(s) of ${this.#home.wire} could not be decrypted.`
    if (count) this.#report(new EchoError('decryption-failed', what))
  }

  #report(error: EchoError): void {
    this.#home.tell({ type: 'problem', error })
  }
}

/** What was sealed; `undefined` for what never was, and for what peers send: only the application encrypts. */
function read(event: Event): Sealed | undefined {
  const { nonce, ciphertext } = Object(event.data())
  const sealed = { event, nonce: bytes(nonce), ciphertext: bytes(ciphertext), since: Date.now() }
  const fits = sealed.nonce.length === 24 && sealed.ciphertext.length >= 16
  return fits && !event.name.startsWith('client-') ? sealed : undefined
}

/** The text inside, if the key fits. */
function open({ nonce, ciphertext }: Sealed, key: Uint8Array): string | undefined {
  try {
    // Not every engine of React Native has a TextDecoder.
    const escaped = (byte: number) => `%${(256 + byte).toString(16).slice(1)}`
    return decodeURIComponent(Array.from(xsalsa20poly1305(key, nonce).decrypt(ciphertext), escaped).join(''))
  } catch {
    // Another key, or it was changed on its way: who gives it up tells so.
    return undefined
  }
}

/** Opens base64; what is none has no bytes. */
function bytes(base64: unknown): Uint8Array {
  try {
    return Uint8Array.from(atob(base64 as string), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
