import { invalidOption } from '../wire/address'

/**
 * What a function of the application's makes, if it has every function that is `needed`, by its path; else throws an `EchoError`
 * (`invalid-option`) that says what `option` is not.
 */
export function made<T>(make: () => T, needed: readonly string[], option: string, what: string): T {
  let failure: unknown
  try {
    const product = make()
    if (needed.every((path) => typeof valueAt(path, product) === 'function')) return product
  } catch (cause) {
    failure = cause
  }
  throw invalidOption(option, `not ${what}`, failure)
}

function valueAt(path: string, start: unknown): unknown {
  let value = start
  for (const name of path.split('.')) value = Object(value)[name]
  return value
}
