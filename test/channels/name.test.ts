import { describe, expect, it } from 'vitest'
import { channelName, parseName, wireNames } from '../../src/channels/name'

describe('a channel name', () => {
  it.each([
    ['public', 'news', 'news', 'public'],
    ['private', 'orders.1', 'private-orders.1', 'private'],
    ['encrypted', 'pay', 'private-encrypted-pay', 'encrypted'],
    ['presence', 'chat.1', 'presence-chat.1', 'presence'],
    // As the server takes it: its kind goes by the beginning of the wire name.
    ['public', 'private-orders.1', 'private-orders.1', 'private'],
    ['private', 'private-orders.1', 'private-private-orders.1', 'private'],
    ['private', 'encrypted-pay', 'private-encrypted-pay', 'encrypted'],
    ['public', '__proto__', '__proto__', 'public'],
    ['private', 'größe', 'private-größe', 'private'],
  ] as const)('%s %s is %s on the wire, and %s', (kind, name, wire, meant) => {
    expect(channelName(kind, name)).toMatchObject({ wire, kind: meant })
    expect(parseName(wire)).toEqual(channelName(kind, name))
  })

  it.each([
    ['news', 'public', 'news'],
    ['private-orders.1', 'private', 'orders.1'],
    ['private-encrypted-pay', 'encrypted', 'pay'],
    ['presence-chat.1', 'presence', 'chat.1'],
  ])('%s on the wire is %s, and %s to the application', (wire, kind, name) => {
    expect(parseName(wire)).toEqual({ kind, name, wire })
  })

  it.each([[''], [undefined], [null], [7]])('is not %j', (name) => {
    const making = () => channelName('private', name as string)
    expect(making).toThrow(/private channel needs a name/)
    expect(making).toThrow(expect.objectContaining({ code: 'invalid-channel' }))
  })

  it('means every kind when it is left, itself as a wire name among them', () => {
    expect(wireNames('a')).toEqual(['private-encrypted-a', 'private-a', 'presence-a', 'a'])
  })
})
