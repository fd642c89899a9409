import { authorization } from './authorization'
import { channels } from './channels'
import { connection } from './connection'
import { hostile } from './hostile'
import { incumbent } from './incumbent'
import { listening } from './listening'
import { payloads } from './payloads'
import { presence } from './presence'
import type { Scenario } from './scenario'
import { whispers } from './whispers'

/** What holds on every client and over every way to a server. */
export const scenarios: readonly Scenario[] = [
  ...listening,
  ...payloads,
  ...channels,
  ...presence,
  ...whispers,
  ...authorization,
  ...connection,
  ...incumbent,
  ...hostile,
]
