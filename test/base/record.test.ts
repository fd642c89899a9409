import { describe, expect, it } from 'vitest'
import { createRecord } from '../../src/base/record'

describe('a record', () => {
  it('has what was put into it, under whatever name', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'a']
    const record = createRecord<string>()
    expect(names.filter((name) => Object.hasOwn(record, name))).toEqual([])
    for (const name of names) record[name] = name
    expect(Object.keys(record)).toEqual(names)
    expect(names.map((name) => record[name])).toEqual(names)
  })

  it('can be asked what it has, as applications do, and is empty in a loop', () => {
    const record = createRecord<number>()
    record.a = 1
    const { hasOwnProperty } = record as { hasOwnProperty: (name: string) => boolean }
    expect(['a', 'b'].map((name) => hasOwnProperty.call(record, name))).toEqual([true, false])
    const looped: string[] = []
    for (const name in createRecord()) looped.push(name)
    expect(looped).toEqual([])
  })
})
