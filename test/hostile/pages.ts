const evil = {
  once: true,
  signal: { aborted: false },
  auth: { headers: { 'X-Evil': '1' } },
  headers: { 'X-Evil': '1' },
  channel: 'evil',
}

const broken = () => {
  throw new Error('a method of the page')
}

// A test runner cannot live with it: that, and tests themselves, still have the platform's own.
const brokenBut = (original: (...args: never[]) => unknown) =>
  function (this: unknown, ...args: unknown[]) {
    const [, , caller = ''] = `${new Error('Who calls?').stack}`.split('\n')
    return /node_modules|\/test\//.test(caller) ? Reflect.apply(original, this, args) : broken()
  }

const define = (target: object, name: string, descriptor: PropertyDescriptor) =>
  Object.defineProperty(target, name, { configurable: true, ...descriptor })

function withoutStorage(): () => void {
  const names = ['localStorage', 'sessionStorage', 'indexedDB', 'caches'] as const
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  for (const name of names) define(globalThis, name, { get: broken })
  return () => {
    for (const [name, descriptor] of before) {
      Reflect.deleteProperty(globalThis, name)
      if (descriptor) define(globalThis, name, descriptor)
    }
  }
}

/** What other scripts of a page may have done to it; each returns its undo. */
export const pages = {
  /** Every object seems to have these. */
  polluted: () => {
    for (const [name, value] of Object.entries(evil))
      define(Object.prototype, name, { value, writable: true, enumerable: true })
    return () => {
      for (const name of Object.keys(evil)) Reflect.deleteProperty(Object.prototype, name)
    }
  },
  /** The same by accessors, which stand in the way of an assignment too. */
  'polluted by accessors': () => {
    for (const [name, value] of Object.entries(evil))
      define(Object.prototype, name, { get: () => value, set: () => {}, enumerable: true })
    return () => {
      for (const name of Object.keys(evil)) Reflect.deleteProperty(Object.prototype, name)
    }
  },
  /** Older libraries have put their own methods where the platform's were, and more beside them, as an assignment does. */
  overwritten: () => {
    const { forEach, reduce, reduceRight, lastIndexOf, fill, copyWithin } = Array.prototype
    const originals = { forEach, reduce, reduceRight, lastIndexOf, fill, copyWithin }
    for (const [name, original] of Object.entries(originals))
      define(Array.prototype, name, { value: brokenBut(original), writable: true })
    for (const target of [Array.prototype, String.prototype, Function.prototype])
      define(target, 'contains', { value: broken, enumerable: true })
    return () => {
      for (const [name, value] of Object.entries(originals)) define(Array.prototype, name, { value, writable: true })
      for (const target of [Array.prototype, String.prototype, Function.prototype])
        Reflect.deleteProperty(target, 'contains')
    }
  },
  /** Nothing that stores may be looked at. */
  'without storage': withoutStorage,
  /** A frame without an origin: nor may its cookies. */
  sandboxed: () => {
    const restore = withoutStorage()
    const document = { querySelector: () => null, addEventListener: () => {} }
    define(globalThis, 'document', { value: define(document, 'cookie', { get: broken }), writable: true })
    define(globalThis, 'location', { value: new URL('http://app.test/'), writable: true })
    return () => {
      restore()
      for (const name of ['document', 'location']) Reflect.deleteProperty(globalThis, name)
    }
  },
  /** A page that is not served by TLS has little of it, an old one nothing. */
  'without crypto': () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
    define(globalThis, 'crypto', { value: undefined })
    return () => descriptor && define(globalThis, 'crypto', descriptor)
  },
  /** Nobody is hostile here: it is the flags of Node's that are. */
  plain: () => () => {},
}
