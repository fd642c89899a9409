/** An object by names that a server or a user chose: `__proto__` is one like any other, and `hasOwnProperty` can be called. */
export function createRecord<T>(): Record<string, T> {
  const { hasOwnProperty: value } = Object.prototype
  return Object.create(Object.create(null, { hasOwnProperty: { value, writable: true } }))
}

/** Takes properties out of what is listed of an object, so that no log shows them: what was handed in holds secrets. */
export function conceal<T extends object>(object: T, ...names: (keyof T)[]): T {
  for (const name of names) Object.defineProperty(object, name, bare({ enumerable: false }))
  return object
}

/** A plain object without what something on the page has put on every object: a copy. Of a class it is left as it is. */
export function bare<T extends object>(object: T | null | undefined): Partial<T> {
  return object && Object.getPrototypeOf(object) !== Object.prototype
    ? object
    : Object.assign(Object.create(null), object)
}
