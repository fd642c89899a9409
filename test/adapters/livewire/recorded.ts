import type { Echo } from 'antiphon'

/** One call that was made of `window.Echo`: `join(chat.1).here`. */
type Call = string

/** A component of a page, as far as Echo sees it. */
export interface Component {
  /** What its listeners were told: the listener as PHP names it, and the payload. */
  readonly told: [listener: string, payload: any][]
  /** Takes it off the page. */
  end(): void
}

const NOTIFIED = '.Illuminate\\Notifications\\Events\\BroadcastNotificationCreated'

/** The calls that Livewire makes of `window.Echo`, as they were recorded of 3.8.5 and 4.4.1; nothing else of it. */
export class Livewire {
  readonly calls: Call[] = []
  readonly #version: 3 | 4
  readonly #echo: () => Echo

  constructor(version: 3 | 4, echo: () => Echo) {
    this.#version = version
    this.#echo = echo
  }

  /** Starts a component with these listeners, in this order: `echo-presence:chat.1,here`. */
  start(...listeners: readonly string[]): Component {
    const told: Component['told'] = []
    const cleanups = listeners.map((listener) => {
      const [, kind = 'channel', channel = '', event = ''] = /^echo(?:-(\w+))?:([^,]+),?(.*)$/.exec(listener) ?? []
      return this.#listen(kind, channel, event, (payload) => told.push([listener, payload]))
    })
    return {
      told,
      end: () => {
        while (cleanups.length) cleanups.pop()?.()
      },
    }
  }

  /** `wire:navigate`: the old page's components end before the new page's start, all in one task. */
  navigate(from: readonly Component[], ...to: readonly (readonly string[])[]): Component[] {
    for (const component of from) component.end()
    return to.map((listeners) => this.start(...listeners))
  }

  /** The headers of one of its requests. */
  request(): Headers {
    const headers = { 'Content-type': 'application/json', 'X-Socket-ID': this.#echo().socketId() as string }
    return new Request('http://app.test/livewire/update', { method: 'POST', headers }).headers
  }

  #listen(kind: string, channel: string, event: string, hear: (payload: unknown) => void): () => void {
    switch (kind) {
      case 'presence': {
        const isVerb = ['here', 'joining', 'leaving'].includes(event)
        if (isVerb) this.#call('join', channel, event, hear)
        else this.#call('join', channel, 'listen', event, hear)
        if (this.#version === 4) return () => this.#leave('leave', channel)
        return () => !isVerb && this.#leave('leaveChannel', channel)
      }
      case 'notification':
        this.#call('private', channel, 'notification', hear)
        return () => this.#version === 4 && this.#call('private', channel, 'stopListening', NOTIFIED)
      default:
        this.#call(kind, channel, 'listen', event, hear)
        return () => this.#call(kind, channel, 'stopListening', event, hear)
    }
  }

  #call(ask: string, channel: string, verb: string, ...args: unknown[]): void {
    this.calls.push(`${ask}(${channel}).${verb}`)
    const found = (this.#echo() as any)[ask](channel)
    found[verb](...args)
  }

  #leave(verb: 'leave' | 'leaveChannel', channel: string): void {
    this.calls.push(`${verb}(${channel})`)
    this.#echo()[verb](channel)
  }
}
