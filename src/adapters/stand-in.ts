/**
 * An object of its own with everything that `target` has, which hands each call on; `own` answers first. A Proxy or an heir
 * would not do: `#private` fields know neither.
 */
export function standIn<T extends object>(target: T, own: Partial<T>): T {
  const stand: T = Object.create(Object.getPrototypeOf(target))
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(stand, name, { value, writable: true, configurable: true })
  for (let level: object = target; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Reflect.ownKeys(level) as (keyof T)[]) {
      if (name !== 'constructor' && !Object.hasOwn(stand, name))
        Object.defineProperty(stand, name, handOn(target, name))
    }
  }
  return stand
}

function handOn<T extends object>(target: T, name: keyof T): PropertyDescriptor {
  if (typeof target[name] === 'function')
    return { value: (...args: unknown[]) => (target[name] as CallableFunction)(...args), writable: true }
  return {
    get: () => target[name],
    set: (value) => {
      target[name] = value
    },
  }
}
