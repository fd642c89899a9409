/** What Laravel broadcasts when a model changes (its trait `BroadcastsEvents`). */
export interface ModelPayload<Model> {
  readonly model: Model
  readonly connection: string | null
  readonly queue: string | null
  readonly afterCommit: boolean
}

type LastSegment<Name extends string> = Name extends `${string}.${infer Rest}` ? LastSegment<Rest> : Name

type Change =
  | 'Retrieved'
  | 'Creating'
  | 'Created'
  | 'Updating'
  | 'Updated'
  | 'Saving'
  | 'Saved'
  | 'Deleting'
  | 'Deleted'
  | 'Trashed'
  | 'ForceDeleting'
  | 'ForceDeleted'
  | 'Restoring'
  | 'Restored'
  | 'Replicating'

/** A model's events as `listen` takes them: `.PostUpdated` and the like for `App.Models.Post`. */
export type ModelEventName<Name extends string> = `.${LastSegment<Name>}${Change}`

/**
 * The events of a model's channel, for `Register`.
 *
 * @example
 * private: { [post: `App.Models.Post.${number}`]: { events: ModelEvents<'App.Models.Post', Post> } }
 */
export type ModelEvents<Name extends string, Model> = { [Event in ModelEventName<Name>]: ModelPayload<Model> }
