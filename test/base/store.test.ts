import { describe, expect, it, vi } from 'vitest'
import { createStore } from '../../src/base/store'

describe('a store', () => {
  it('tells each new value, never at once, and only a change', () => {
    const { get, set, subscribe } = createStore(1)
    const listener = vi.fn()
    subscribe(listener)
    expect(listener).not.toHaveBeenCalled()
    set(1)
    set(2)
    set(Number.NaN)
    set(Number.NaN)
    expect(listener.mock.calls).toEqual([[2], [Number.NaN]])
    expect(get()).toBeNaN()
  })

  it('calls a function once for each subscription, until its undo, which is safe twice', () => {
    const { set, subscribe } = createStore(1)
    const listener = vi.fn()
    const undo = subscribe(listener)
    subscribe(listener)
    undo()
    undo()
    set(2)
    expect(listener).toHaveBeenCalledOnce()
  })

  it('does not call a listener that an earlier one removed', () => {
    const { set, subscribe } = createStore(1)
    const second = vi.fn()
    subscribe(() => undo())
    const undo = subscribe(second)
    set(2)
    expect(second).not.toHaveBeenCalled()
  })

  it('reports what a listener throws, and goes on', () => {
    const report = vi.fn()
    const { set, subscribe } = createStore(1, report)
    const last = vi.fn()
    subscribe(() => {
      throw new Error('thrown')
    })
    subscribe(last)
    set(2)
    expect(last).toHaveBeenCalledOnce()
    expect(report).toHaveBeenCalledOnce()
  })
})
