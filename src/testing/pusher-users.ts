import type { Application } from './pusher-application'
import type { ServerConnection } from './pusher-connection'
import { fieldsOf } from './pusher-frame'
import { isSameText } from './same-text'

/** More are not watched (Pusher's documentation). */
const LONGEST_WATCHLIST = 100

/** What begins the name of the channel on which a user is told what concerns nobody else. */
const OWN = '#server-to-user-'

/** What is signed for a user. */
export const signedUser = (socketId: string, userData: string): string => `${socketId}::user::${userData}`

/** Handles `pusher:signin`; `false` if it made no sense, as it does nowhere but at Pusher and soketi. */
export function signin(app: Application, connection: ServerConnection, data: unknown): boolean {
  const { users } = app.personality
  const { auth, user_data: userData } = fieldsOf(data) ?? {}
  if (!users || typeof auth !== 'string' || typeof userData !== 'string') return false
  const { id, watchlist } = fieldsOf(userData) ?? {}
  const { code, message, ends } = users.refused
  if (!isSigned(app, connection, auth, userData) || typeof id !== 'string' || !id) {
    if (ends) app.end(connection, code, message)
    else connection.send(app.personality.error(code, message))
    return true
  }
  const watched = Array.isArray(watchlist) ? watchlist.map(String) : []
  const tooLong = watched.length > LONGEST_WATCHLIST
  const known = isOnline(app, id)
  connection.user = { id, watchlist: tooLong ? [] : watched }
  connection.send(users.succeeded(auth, userData))
  if (!users.watchlists) return true
  if (tooLong) connection.send(app.personality.error(4302, `The watchlist is longer than ${LONGEST_WATCHLIST}`))
  tellWatched(app, connection)
  if (!known) tellWatchers(app, 'online', id)
  return true
}

/** A connection has gone: those who watch its user hear of it, unless there is another one. */
export function signout(app: Application, { user }: ServerConnection): void {
  if (user && app.personality.users?.watchlists && !isOnline(app, user.id)) tellWatchers(app, 'offline', user.id)
}

/** Whether a channel is no user's own, or that of the user who has signed in. */
export function isOwn(app: Application, { user }: ServerConnection, channel: string): boolean {
  return !app.personality.users || !channel.startsWith(OWN) || channel === `${OWN}${user?.id}`
}

function isSigned({ options }: Application, { socketId }: ServerConnection, auth: string, userData: string): boolean {
  const { key, sign } = options
  return sign ? isSameText(auth, `${key}:${sign(signedUser(socketId, userData))}`) : auth !== ''
}

function isOnline(app: Application, id: string): boolean {
  return [...app.connections.values()].some(({ user }) => user?.id === id)
}

// Who signs in hears of everybody on the list, whether online or not.
function tellWatched(app: Application, connection: ServerConnection): void {
  const { watchlist = [] } = connection.user ?? {}
  const online = watchlist.filter((id) => isOnline(app, id))
  const offline = watchlist.filter((id) => !online.includes(id))
  if (watchlist.length > 0) tell(app, connection, { online, offline })
}

function tellWatchers(app: Application, name: 'online' | 'offline', id: string): void {
  for (const connection of app.connections.values())
    if (connection.user?.watchlist.includes(id)) tell(app, connection, { [name]: [id] })
}

function tell(app: Application, connection: ServerConnection, changes: Record<string, readonly string[]>): void {
  const events = Object.entries(changes).flatMap(([name, ids]) => (ids.length ? [{ name, user_ids: ids }] : []))
  connection.send({ event: 'pusher_internal:watchlist_events', data: app.personality.encode({ events }) })
}
