import type { ChannelKind, ChannelName } from '../contract'
import { EchoError } from '../errors'

const prefixes = {
  encrypted: 'private-encrypted-',
  private: 'private-',
  presence: 'presence-',
  public: '',
} as const satisfies Record<ChannelKind, string>

const kinds = Object.keys(prefixes) as ChannelKind[]

/** The channel an application means. Its kind is what the server makes of its wire name, so `channel('private-x')` is private. */
export function channelName(kind: ChannelKind, name: string): ChannelName {
  if (typeof name !== 'string' || !name)
    throw new EchoError('invalid-channel', `A ${kind} channel needs a name, not ${JSON.stringify(name)}.`)
  return parseName(prefixes[kind] + name)
}

/** The channel behind a wire name. */
export function parseName(wire: string): ChannelName {
  // The last one is `public`, with which every name begins.
  const kind = kinds.find((kind) => wire.startsWith(prefixes[kind]))!
  return { kind, name: wire.slice(prefixes[kind].length), wire }
}

/** Every wire name that `leave(name)` means; a wire name is among its own. */
export function wireNames(name: string): string[] {
  return kinds.map((kind) => prefixes[kind] + name)
}
