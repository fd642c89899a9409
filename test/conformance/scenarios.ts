import type { Scenario } from './scenario'
import { authorization } from './scenarios/authorization'
import { caching } from './scenarios/caching'
import { connection } from './scenarios/connection'
import { hostile } from './scenarios/hostile'
import { incumbent } from './scenarios/incumbent'
import { joining } from './scenarios/joining'
import { leaving } from './scenarios/leaving'
import { listeners } from './scenarios/listeners'
import { listening } from './scenarios/listening'
import { payloads } from './scenarios/payloads'
import { presence } from './scenarios/presence'
import { recovery } from './scenarios/recovery'
import { refusal } from './scenarios/refusal'
import { users } from './scenarios/users'
import { whispers } from './scenarios/whispers'

/** What holds on every client and over every way to a server. */
export const scenarios: readonly Scenario[] = [
  ...listening,
  ...listeners,
  ...payloads,
  ...joining,
  ...leaving,
  ...presence,
  ...whispers,
  ...authorization,
  ...refusal,
  ...connection,
  ...recovery,
  ...incumbent,
  ...hostile,
  ...users,
  ...caching,
]
