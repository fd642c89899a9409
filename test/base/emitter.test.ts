import { describe, expect, it, vi } from 'vitest'
import { Emitter } from '../../src/base/emitter'

function make() {
  const report = vi.fn()
  return { emitter: new Emitter(report), report }
}

describe('an emitter', () => {
  it('hands two things to each listener of a name, in the order in which they were added', () => {
    const { emitter } = make()
    const calls: unknown[] = []
    emitter.on('a', (...args) => calls.push([1, ...args]))
    emitter.on('a', (...args) => calls.push([2, ...args]))
    emitter.on('b', () => calls.push('b'))
    emitter.emit('a', 'payload', 'meta')
    expect(calls).toEqual([
      [1, 'payload', 'meta'],
      [2, 'payload', 'meta'],
    ])
  })

  it('goes on after a listener that throws or rejects, and reports it', async () => {
    const { emitter, report } = make()
    const last = vi.fn()
    emitter.on('a', () => {
      throw new Error('thrown')
    })
    emitter.on('a', () => Promise.reject(new Error('rejected')))
    emitter.on('a', last)
    emitter.emit('a')
    await Promise.resolve()
    expect(last).toHaveBeenCalledOnce()
    expect(report.mock.calls.map(([error]) => error.message)).toEqual(['thrown', 'rejected'])
  })

  it('does not call a listener that an earlier one removed, nor one that it added', () => {
    const { emitter } = make()
    const added = vi.fn()
    const removed = vi.fn()
    emitter.on('a', () => {
      undo()
      emitter.on('a', added)
    })
    const undo = emitter.on('a', removed)
    emitter.emit('a')
    expect(removed).not.toHaveBeenCalled()
    expect(added).not.toHaveBeenCalled()
    emitter.emit('a')
    expect(added).toHaveBeenCalledOnce()
  })

  it('keeps apart two registrations of one function', () => {
    const { emitter } = make()
    const listener = vi.fn()
    const undo = emitter.on('a', listener)
    emitter.on('a', listener)
    undo()
    undo()
    emitter.emit('a')
    expect(listener).toHaveBeenCalledOnce()
  })

  it('forgets a name with its last listener', () => {
    const { emitter } = make()
    const undo = emitter.on('a', () => {})
    expect(emitter.get('a')).toHaveLength(1)
    undo()
    expect(emitter.get('a')).toBeUndefined()
    expect(emitter.size).toBe(0)
  })

  it.each(['__proto__', 'constructor', 'toString', '*'])('takes %s for a name like any other', (name) => {
    const { emitter } = make()
    const listener = vi.fn()
    emitter.emit(name)
    emitter.on(name, listener)
    emitter.emit('another')
    emitter.emit(name, 1)
    expect(listener.mock.calls).toEqual([[1, undefined]])
  })
})
