/** An object by names that a server or a user chose: `__proto__` is one like any other, and `hasOwnProperty` can be called. */
export function createRecord<T>(): Record<string, T> {
  const { hasOwnProperty: value } = Object.prototype
  return Object.create(Object.create(null, { hasOwnProperty: { value, writable: true } }))
}
