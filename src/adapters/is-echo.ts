import type { Echo } from '../index'

/** Whether a value is an Echo, by what it can do: on a page of script tags, its class is none of ours. */
export function isEcho(value: unknown): value is Echo<any> {
  return typeof (value as Partial<Echo> | null | undefined)?.lease === 'function'
}
