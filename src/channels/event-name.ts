/** Laravel's event names: a namespace in front, dots for backslashes, and a leading dot (or backslash) for "as it stands". */
export class EventFormatter {
  #namespace: string | false
  // A thousand channels listen to the same few names: each is made once.
  readonly #formatted = new Map<string, string>()

  constructor(namespace: string | false | undefined = false) {
    this.#namespace = namespace
  }

  /** The name on the wire of what an application listens to. */
  format(event: string): string {
    if (/^[.\\]/.test(event)) return event.slice(1)
    let name = this.#formatted.get(event)
    if (name === undefined) {
      name = (this.#namespace ? `${this.#namespace}.${event}` : event).replaceAll('.', '\\')
      this.#formatted.set(event, name)
    }
    return name
  }

  /** The other way: what an application would listen to, for a name on the wire. */
  strip(wire: string): string {
    const namespace = this.format('')
    return namespace && wire.startsWith(namespace) ? wire.slice(namespace.length) : `.${wire}`
  }

  setNamespace(namespace: string | false): void {
    this.#namespace = namespace
    this.#formatted.clear()
  }
}
