import { floor } from './floor'
import { incumbent } from './incumbent'
import { ours } from './ours'

/** Everyone who is measured. */
export const contestants = { incumbent, floor, ours }

/** The name of one of them. */
export type Contestant = keyof typeof contestants
