import type { Channel, ChannelKind, Echo, Lease } from '../index'

/** What `$echo` is: Echo's verbs, with channels that are a component's own. */
export type ElementEcho = Pick<Echo<any>, 'channel' | 'private' | 'encryptedPrivate' | 'join' | 'listen' | 'leave'>

/**
 * Makes the `$echo` of one element; what it leases goes when `cleanup` calls. `lives`: whether it will ever call, which it does not
 * for what comes after the element went.
 */
export function createOwner(
  echo: () => Echo<any>,
  lives: () => boolean,
  cleanup: (callback: () => void) => void,
): ElementEcho {
  /** By wire name. */
  const leases = new Map<string, Lease<Channel<any>>>()
  let gone = false
  cleanup(() => {
    gone = true
    for (const { release } of leases.values()) release()
  })
  const hold = (kind: ChannelKind, name: string): any => {
    const lease: Lease<any> = echo().lease(kind, name)
    const { channel, release } = lease
    const held = leases.get(channel.name)?.channel
    if (held && held.status.get() !== 'left') {
      release()
      return held
    }
    // What began before the element went may come here afterwards: its channel is dead already.
    if (gone || !lives()) channel.unsubscribe()
    leases.set(channel.name, lease)
    return channel
  }
  return {
    channel: (name) => hold('public', name),
    private: (name) => hold('private', name),
    encryptedPrivate: (name) => hold('encrypted', name),
    join: (name) => hold('presence', name),
    listen: (name, ...listener) => hold('public', name).listen(...listener),
    leave(name) {
      for (const kind of ['', 'private-', 'private-encrypted-', 'presence-'])
        leases.get(kind + name)?.channel.unsubscribe()
    },
  }
}
