import type { Line } from './line'
import { channelPaths } from './lines/channel-paths'
import { connectionPaths } from './lines/connection-paths'
import { connectors } from './lines/connectors'
import { differences } from './lines/differences'
import { echo } from './lines/echo'
import { requestDifferences } from './lines/request-differences'
import { semantics } from './lines/semantics'
import { tokenPaths } from './lines/token-paths'
import { userDifferences } from './lines/user-differences'

/** What applications of laravel-echo rely on, line by line. */
export const lines: readonly Line[] = [
  ...echo,
  ...connectors,
  ...semantics,
  ...connectionPaths,
  ...tokenPaths,
  ...channelPaths,
  ...differences,
  ...requestDifferences,
  ...userDifferences,
]
