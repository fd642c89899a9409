import type { Channel, ChannelKind, Echo, Lease } from '../index'
import { standIn } from './stand-in'

/** What `$echo` is: an Echo whose channels are the element's own, and go with it. `cleanup` says what is to be done then. */
export function createOwner(echo: Echo<any>, element: Element, cleanup: (callback: () => void) => void): Echo<any> {
  const leases = new Map<string, Lease<Channel<any>>>()
  let gone = !element.isConnected
  cleanup(() => {
    gone = true
    for (const lease of leases.values()) lease.release()
    leases.clear()
  })
  const hold = (kind: ChannelKind, name: string): any => {
    const key = `${kind} ${name}`
    const held = leases.get(key)?.channel
    if (held && held.status.get() !== 'left') return held.retry()
    const lease: Lease<any> = echo.lease(kind, name)
    // What began before the element went may come here afterwards: its channel is dead already.
    if (gone) lease.channel.unsubscribe()
    else leases.set(key, lease)
    return lease.channel
  }
  const leave = (means: (wire: string, name: string) => boolean) => {
    for (const [key, { channel }] of leases) {
      if (!means(channel.name, key.slice(key.indexOf(' ') + 1))) continue
      leases.delete(key)
      channel.unsubscribe()
    }
  }
  return standIn(echo, {
    channel: (name) => hold('public', name),
    private: (name) => hold('private', name),
    encryptedPrivate: (name) => hold('encrypted', name),
    join: (name) => hold('presence', name),
    listen: (name, ...listener) => hold('public', name).listen(...listener),
    leave: (left) => leave((wire, name) => left === name || left === wire),
    leaveChannel: (left) => leave((wire) => left === wire),
    leaveAllChannels: () => leave(() => true),
  })
}
