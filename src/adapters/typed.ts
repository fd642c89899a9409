import type {
  BroadcastDriver,
  Channel,
  ChannelKind,
  EventMeta,
  ModelEventName,
  ModelPayload,
  Notifications,
  PresenceChannel,
  TypesOf,
  WhisperOptions,
} from '../index'
import type { Shown } from './listen'
import type { Room, Whispered } from './registrations'

declare global {
  /**
   * Payloads by event, whatever the channel: hooks infer from it, as the incumbent's do. `Register` knows channels, too.
   *
   * @example
   * declare global { interface Events { OrderShipped: { id: number } } }
   */
  // biome-ignore lint/suspicious/noEmptyInterface: it is there to be extended.
  interface Events {}
}

/**
 * What a framework writes in a way of its own, each said of `this['value']`:
 *
 * @example
 * interface Vue extends Framework {
 *   readonly given: MaybeRefOrGetter<this['value']>
 *   readonly callback: this['value']
 *   readonly shown: ToRefs<this['value']>
 *   readonly none: never
 * }
 */
export interface Framework {
  readonly value: unknown
  /** How a component gives a value that may change. */
  readonly given: unknown
  /** How it gives a function. */
  readonly callback: unknown
  /** How it gets the values that it shows. */
  readonly shown: unknown
  /** What `channel()` says while there is none. */
  readonly none: unknown
}

type Given<F extends Framework, Value> = (F & { readonly value: Value })['given']
type Callback<F extends Framework, Payload> = (F & { readonly value: Heard<Payload> })['callback']
type Showing<F extends Framework, Values> = (F & { readonly value: Values & Shown })['shown']
type Heard<Payload> = (payload: Payload, meta: EventMeta) => unknown
type Dependencies = readonly unknown[]
type Many<T> = T | readonly T[]

// The core's own `ChannelOf` would put its file and the entry's in a circle, where declarations are bundled.
type ChannelOf<V extends ChannelKind, N extends string> = V extends 'presence'
  ? PresenceChannel<TypesOf<V, N>>
  : Channel<TypesOf<V, N>>

type Driver = BroadcastDriver
type EventName = keyof Events & string
// An empty list names no event of `Events`.
type Named<E> = [E] extends [never] ? never : Many<E>
type EventOf<V extends ChannelKind, N extends string> = keyof TypesOf<V, N>['events'] & string
type PayloadOf<V extends ChannelKind, N extends string, E> = E extends EventOf<V, N> ? TypesOf<V, N>['events'][E] : any
// Where type arguments are written, `N` is its default, `string`: then nothing is registered, and the payload is what they say.
type Open<V extends ChannelKind, N extends string, T> = string extends N
  ? T
  : 0 extends 1 & TypesOf<V, N>['events']
    ? T
    : never
type Closed<V extends ChannelKind, N extends string, T> = 0 extends 1 & TypesOf<V, N>['events'] ? never : T

type Whispering = 'private' | 'presence'
type WhisperOf<V extends ChannelKind, N extends string> = keyof TypesOf<V, N>['whispers'] & string
type WhisperData<Data> = 0 extends 1 & Data ? object : Data

/** Models are told apart by number or text; what is registered for either is found with a number. */
type ModelChannel<Name extends string> = `${Name}.${number}`
type Undotted<E> = E extends `.${infer Rest}` ? Rest : E
type Dotted<E extends string> = E extends `.${string}` ? E : `.${E}`
type ModelEvent<Name extends string> = ModelEventName<NoInfer<Name>> | Undotted<ModelEventName<NoInfer<Name>>>

/** A notification as Laravel broadcasts it. */
export type BroadcastNotification<Payload> = Payload & { id: string; type: string }

/** What a hook returns that holds a channel. The functions work detached. */
export type Holding<F extends Framework, V extends ChannelKind, N extends string> = Showing<F, {}> & {
  channel(): ChannelOf<V, N> | F['none']
  /** Leaves this channel, as far as this component holds it. */
  leaveChannel(leaveAll?: boolean): void
  /** Leaves the channels of this name of every visibility; what other components hold stays theirs. */
  leave(): void
}

/** The same of a hook that listens: it may pause. */
export type Listened<F extends Framework, V extends ChannelKind, N extends string> = Holding<F, V, N> & {
  listen(): void
  stopListening(): void
}

// Each by: the global `Events`, a payload that is written down, `Register`. The last one gives the compiler's message.

export interface UseEcho<F extends Framework> {
  <
    E extends EventName = EventName,
    _D extends Driver = Driver,
    V extends ChannelKind = 'private',
    N extends string = string,
  >(
    channel: Given<F, N | null>,
    event: Given<F, Open<V, N, Named<E>>>,
    callback: Callback<F, Events[E]>,
    dependencies?: Dependencies,
    visibility?: V,
  ): Listened<F, V, N>
  <Payload = any, _D extends Driver = Driver, V extends ChannelKind = 'private', N extends string = string>(
    channel: Given<F, N | null>,
    event?: Given<F, Open<V, N, Many<string>>>,
    callback?: Callback<F, Payload>,
    dependencies?: Dependencies,
    visibility?: V,
  ): Listened<F, V, N>
  <N extends string, V extends ChannelKind = 'private', E extends EventOf<V, N> = EventOf<V, N>>(
    channel: Given<F, N | null>,
    event?: Given<F, Many<E>>,
    callback?: Callback<F, PayloadOf<V, N, E>>,
    dependencies?: Dependencies,
    visibility?: V,
  ): Listened<F, V, N>
}

/** `useEcho` for one visibility. */
export interface UseEchoOf<F extends Framework, V extends ChannelKind> {
  <E extends EventName = EventName, _D extends Driver = Driver, N extends string = string>(
    channel: Given<F, N | null>,
    event: Given<F, Open<V, N, Named<E>>>,
    callback: Callback<F, Events[E]>,
    dependencies?: Dependencies,
  ): Listened<F, V, N>
  <Payload = any, _D extends Driver = Driver, N extends string = string>(
    channel: Given<F, N | null>,
    event?: Given<F, Open<V, N, Many<string>>>,
    callback?: Callback<F, Payload>,
    dependencies?: Dependencies,
  ): Listened<F, V, N>
  <N extends string, E extends EventOf<V, N> = EventOf<V, N>>(
    channel: Given<F, N | null>,
    event?: Given<F, Many<E>>,
    callback?: Callback<F, PayloadOf<V, N, E>>,
    dependencies?: Dependencies,
  ): Listened<F, V, N>
}

// By `Register` first here: the incumbent's calls write a model's name, so that nothing tells them apart but their order.
export interface UseEchoModel<F extends Framework> {
  <Name extends string, E extends ModelEvent<Name> = ModelEvent<Name>>(
    model: Given<F, Name>,
    identifier: Given<F, string | number | null>,
    event: Given<F, Closed<'private', ModelChannel<Name>, Many<E>>>,
    callback?: Callback<F, PayloadOf<'private', ModelChannel<Name>, Dotted<E>>>,
    dependencies?: Dependencies,
  ): Listened<F, 'private', ModelChannel<Name>>
  <Model = any, Name extends string = string, _D extends Driver = Driver>(
    model: Given<F, Name>,
    identifier: Given<F, string | number | null>,
    event?: Given<F, Many<ModelEvent<Name>>>,
    callback?: Callback<F, ModelPayload<Model>>,
    dependencies?: Dependencies,
  ): Listened<F, 'private', ModelChannel<Name>>
}

export interface UseEchoNotification<F extends Framework> {
  <T extends Extract<keyof Notifications, string>, N extends string = string>(
    channel: Given<F, N | null>,
    callback: Callback<F, BroadcastNotification<Notifications[T]>>,
    types: Given<F, Many<T>>,
    dependencies?: Dependencies,
  ): Listened<F, 'private', N>
  <Payload = any, _D extends Driver = Driver, N extends string = string>(
    channel: Given<F, N | null>,
    callback?: Callback<F, BroadcastNotification<Payload>>,
    types?: Given<F, Many<string>>,
    dependencies?: Dependencies,
  ): Listened<F, 'private', N>
}

export type UseChannel<F extends Framework> = <
  _D extends Driver = Driver,
  V extends ChannelKind = 'private',
  N extends string = string,
>(
  channel: Given<F, N | null>,
  visibility?: V,
) => Holding<F, V, N>

/** `useChannel` for one visibility. */
export type UseChannelOf<F extends Framework, V extends ChannelKind> = <
  _D extends Driver = Driver,
  N extends string = string,
>(
  channel: Given<F, N | null>,
) => Holding<F, V, N>

export type UsePresence<F extends Framework> = <N extends string>(
  room: Given<F, N | null>,
) => Showing<F, Room<TypesOf<'presence', N>['member']>>

export type UseWhisper<F extends Framework> = <
  N extends string,
  W extends WhisperOf<V, N>,
  V extends Whispering = 'presence',
>(
  room: Given<F, N | null>,
  event: Given<F, W>,
  visibility?: V,
) => Showing<F, Whispered<TypesOf<V, N>['whispers'][W]>> & {
  /** Sends it to the others in the room. */
  send(data: WhisperData<TypesOf<V, N>['whispers'][W]>, options?: WhisperOptions): void
}
