import { createHash } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** What an encrypted event carries on the wire. */
export interface Sealed {
  readonly nonce: string
  readonly ciphertext: string
}

/** An application's encryption: one master key, of which every channel has a key of its own (protocol 7, "encryption"). */
export class Encryption {
  /** As the configuration has it. */
  readonly masterKey: string
  readonly #master: Uint8Array
  #nonce = 0

  /** `filling`: every byte of the master key. */
  constructor(filling = 7) {
    this.#master = new Uint8Array(32).fill(filling)
    this.masterKey = base64(this.#master)
  }

  /** The key of a channel, as the auth endpoint gives it to those who may read. */
  secretOf(channel: string): string {
    return base64(this.#keyOf(channel))
  }

  /** Encrypts an event's payload for the readers of a channel; every one with another nonce, or with the one given. */
  seal(channel: string, payload: unknown, nonce = new Uint8Array(24).fill(++this.#nonce)): Sealed {
    const plaintext = new TextEncoder().encode(JSON.stringify(payload))
    const ciphertext = xsalsa20poly1305(this.#keyOf(channel), nonce).encrypt(plaintext)
    return { nonce: base64(nonce), ciphertext: base64(ciphertext) }
  }

  #keyOf(channel: string): Uint8Array {
    return createHash('sha256').update(channel).update(this.#master).digest()
  }
}
