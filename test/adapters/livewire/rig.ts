import type { Echo } from 'antiphon'
import { livewire } from 'antiphon/livewire'
import { advance } from '../../support/clock'
import { connected, type Rig, type RigOptions } from '../../support/rig'
import { Livewire } from './recorded'

/** A page with Livewire: its `window.Echo`, the rig below it, and the calls that are made. */
export interface LivewireRig {
  readonly rig: Rig
  readonly echo: Echo
  readonly page: Livewire
  /** The server's channels. */
  channels(): string[]
  /** Somebody else comes into a room; returns how they go. */
  visit(room: string, name: string): Promise<() => Promise<void>>
}

export async function withLivewire(version: 3 | 4, options?: RigOptions): Promise<LivewireRig> {
  const rig = await connected(options)
  const echo = livewire(rig.echo as Echo)
  return {
    rig,
    echo,
    page: new Livewire(version, () => echo),
    channels: () =>
      rig.server
        .channels()
        .map(({ name }) => name)
        .sort(),
    async visit(room, name) {
      const other = await connected({ on: rig.server })
      other.auth.user = { user_id: name, user_info: { name } }
      other.echo.join(room)
      await advance(100)
      return async () => {
        other.echo.leave(room)
        await advance(500)
      }
    },
  }
}
