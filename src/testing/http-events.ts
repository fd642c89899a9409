import type { Fields } from './pusher-frame'

/** What is wrong with a body: messages by field, in Laravel's words. */
export type Problems = Map<string, string[]>

/** An event to be published, checked. */
export interface PublishRequest {
  readonly name: string
  readonly data: unknown
  readonly channels: readonly string[]
  readonly except: string | undefined
  readonly info: readonly string[]
}

/** What Laravel's rule `required` takes for nothing. */
const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' ? value.trim() === '' : isEmptyList(value))

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** Reads the body of `POST …/events`. */
export function readEvent(body: Fields, objectData: boolean): PublishRequest | Problems {
  const problems: Problems = new Map()
  require(problems, body, 'name')
  require(problems, body, 'data', objectData)
  for (const [field, other] of [
    ['channels', 'channel'],
    ['channel', 'channels'],
  ] as const) {
    if (isMissing(body[field]) && isMissing(body[other]))
      problems.set(field, [`The ${field} field is required when ${other} is not present.`])
  }
  if (!isMissing(body.channels) && !Array.isArray(body.channels))
    problems.set('channels', ['The channels field must be an array.'])
  if (!isMissing(body.channel)) mustBeText(problems, body, 'channel')
  for (const field of ['socket_id', 'info']) if (field in body) mustBeText(problems, body, field)
  return problems.size > 0 ? problems : request(body)
}

/** Reads the body of `POST …/batch_events`. */
export function readBatch(body: Fields, objectData: boolean): PublishRequest[] | Problems {
  const { batch } = body
  if (isMissing(batch)) return new Map([['batch', ['The batch field is required.']]])
  if (!Array.isArray(batch)) return new Map([['batch', ['The batch field must be an array.']]])
  const problems: Problems = new Map()
  const items = batch.map((value: unknown, index) => {
    const item: Fields = { ...(typeof value === 'object' ? value : undefined) }
    const named = new Map(Object.entries(item).map(([field, content]) => [`batch.${index}.${field}`, content]))
    const fields = Object.fromEntries(named)
    for (const field of ['name', 'data', 'channel'])
      require(problems, fields, `batch.${index}.${field}`, objectData && field === 'data')
    for (const field of ['socket_id', 'info'])
      if (field in item) mustBeText(problems, fields, `batch.${index}.${field}`)
    return request(item)
  })
  return problems.size > 0 ? problems : items
}

function require(problems: Problems, body: Fields, field: string, anyType = false): void {
  if (isMissing(body[field])) problems.set(field, [`The ${field} field is required.`])
  else if (!anyType) mustBeText(problems, body, field)
}

function mustBeText(problems: Problems, body: Fields, field: string): void {
  if (typeof body[field] !== 'string') problems.set(field, [`The ${field.replace('_', ' ')} field must be a string.`])
}

function request(body: Fields): PublishRequest {
  const channels = isMissing(body.channels) ? [body.channel] : (body.channels as unknown[])
  return {
    name: body.name as string,
    data: body.data,
    channels: channels.map(String),
    except: body.socket_id as string | undefined,
    info: infoNames(body.info as string | undefined),
  }
}

/** The names in an `info` parameter. */
export const infoNames = (info: string | null | undefined): string[] => (info ? info.split(',') : [])
