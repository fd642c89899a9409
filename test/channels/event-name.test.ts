import { describe, expect, it } from 'vitest'
import { EventFormatter } from '../../src/channels/event-name'

describe('an event name', () => {
  it.each([
    ['App.Events', 'OrderShipped', 'App\\Events\\OrderShipped'],
    ['App.Events', 'Orders.Shipped', 'App\\Events\\Orders\\Shipped'],
    ['App.Events', '.order.shipped', 'order.shipped'],
    ['App.Events', '\\Foo\\Bar', 'Foo\\Bar'],
    ['App.Events', '.App\\Events\\A', 'App\\Events\\A'],
    [false, 'Orders.Shipped', 'Orders\\Shipped'],
    ['', 'OrderShipped', 'OrderShipped'],
    [false, '.order.shipped', 'order.shipped'],
  ] as const)('in namespace %j: %s is %s on the wire', (namespace, event, wire) => {
    expect(new EventFormatter(namespace).format(event)).toBe(wire)
  })

  it.each([
    ['App.Events', 'App\\Events\\OrderShipped', 'OrderShipped'],
    ['App.Events', 'App\\EventsOther', '.App\\EventsOther'],
    ['App.Events', 'order.shipped', '.order.shipped'],
    [false, 'Orders\\Shipped', '.Orders\\Shipped'],
  ] as const)('in namespace %j: %s from the wire is %s, which leads back', (namespace, wire, event) => {
    const formatter = new EventFormatter(namespace)
    expect(formatter.strip(wire)).toBe(event)
    expect(formatter.format(event)).toBe(wire)
  })

  it('has no namespace where none is said', () => {
    expect(new EventFormatter().format('Orders.Shipped')).toBe('Orders\\Shipped')
  })

  it('follows a namespace that changes', () => {
    const formatter = new EventFormatter('App.Events')
    formatter.setNamespace('Shop')
    expect(formatter.format('A')).toBe('Shop\\A')
  })
})
