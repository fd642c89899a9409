import type { Channel, ChannelKind, Echo, Lease } from '../index'

/** What `$echo` is: Echo's verbs, with channels that are an element's own. */
export type ElementEcho = Pick<Echo<any>, 'channel' | 'private' | 'encryptedPrivate' | 'join' | 'listen' | 'leave'>

/** What an element holds, by wire name. */
export type Leases = Map<string, Lease<Channel<any>>>

/** Makes an element's `$echo`; what it leases goes when the element does, which `cleanup` tells. */
export function createOwner(
  echo: Echo<any>,
  element: Element,
  leases: Leases,
  cleanup: (callback: () => void) => void,
): ElementEcho {
  const hold = (kind: ChannelKind, name: string): any => {
    const lease: Lease<any> = echo.lease(kind, name)
    const { channel, release } = lease
    const held = leases.get(channel.name)?.channel
    if (held && held.status.get() !== 'left') {
      release()
      return held
    }
    // What began before the element went may come here afterwards: its channel is dead already.
    if (!element.isConnected) channel.unsubscribe()
    leases.set(channel.name, lease)
    cleanup(release)
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
