/**
 * An object of its own with everything that `target` has, which hands each call on; `own` answers first. A call that returns
 * `target` returns this one, so that a chain stays on it. A Proxy or an heir would not do: `#private` fields know neither.
 */
export function standIn<T extends object>(target: T, own: Partial<T>): T {
  const stand: T = Object.create(Object.getPrototypeOf(target))
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(stand, name, { value, writable: true, configurable: true })
  for (let level: object = target; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    const descriptors: Record<PropertyKey, PropertyDescriptor> = Object.getOwnPropertyDescriptors(level)
    for (const name of Reflect.ownKeys(descriptors)) {
      // Getters are not asked before somebody asks: some make what they return.
      const isVerb = typeof descriptors[name]!.value === 'function'
      if (name !== 'constructor' && !Object.hasOwn(stand, name))
        Object.defineProperty(stand, name, handOn(stand, target, name as keyof T, isVerb))
    }
  }
  return stand
}

function handOn<T extends object>(stand: T, target: T, name: keyof T, isVerb: boolean): PropertyDescriptor {
  if (isVerb) {
    const value = (...args: unknown[]) => {
      const result = (target[name] as CallableFunction)(...args)
      return result === target ? stand : result
    }
    return { value, writable: true }
  }
  return {
    get: () => target[name],
    set: (value) => {
      target[name] = value
    },
  }
}
