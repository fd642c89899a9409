import type { PluginCallback } from 'alpinejs'
import { type Channel, Echo, type PresenceChannel } from 'antiphon'
import plugin, { antiphon, type EchoExpression, type ElementEcho } from 'antiphon/alpine'
import { livewire } from 'antiphon/livewire'
import { describe, expectTypeOf, it } from 'vitest'

declare const echo: Echo<'reverb'>
class Ours extends Echo<'pusher'> {
  readonly own = 1
}
declare const ours: Ours

describe('antiphon/alpine', () => {
  it('is a plugin for Alpine, with an Echo of any kind or none', () => {
    expectTypeOf(antiphon(echo)).toExtend<PluginCallback>()
    expectTypeOf(plugin(ours)).toExtend<PluginCallback>()
    expectTypeOf(antiphon()).toExtend<PluginCallback>()
    // @ts-expect-error: options are no Echo.
    antiphon({ broadcaster: 'reverb' })
  })

  it('types $echo as Echo does', () => {
    expectTypeOf<ElementEcho['join']>().returns.toExtend<PresenceChannel<any>>()
    expectTypeOf<ElementEcho['private']>().returns.toExtend<Channel<any>>()
    expectTypeOf<ElementEcho>().not.toHaveProperty('disconnect')
  })

  it('types what an x-echo says', () => {
    const add = () => {}
    expectTypeOf({ presence: 'chat.1', here: add, on: { MessageSent: add } }).toExtend<EchoExpression>()
    expectTypeOf({ private: null, whispers: { typing: add } }).toExtend<EchoExpression>()
    // @ts-expect-error: there is no such kind.
    const misspelt: EchoExpression = { presense: 'chat.1' }
    // @ts-expect-error: a method's name is no method.
    const named: EchoExpression = { private: 'a', on: { Sent: 'add' } }
    expectTypeOf([misspelt, named]).toExtend<object>()
  })
})

describe('antiphon/livewire', () => {
  it('keeps the type of the Echo', () => {
    expectTypeOf(livewire(echo)).toEqualTypeOf<Echo<'reverb'>>()
    expectTypeOf(livewire(ours)).toEqualTypeOf<Ours>()
    // @ts-expect-error: options are no Echo.
    livewire({ broadcaster: 'reverb' })
  })
})
