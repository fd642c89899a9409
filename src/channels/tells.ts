// What a topic tells its listeners beside events; symbols, because a server may call an event anything.

/** How many are subscribed: as client libraries call what a server tells of it. */
export const count = 'pusher:subscription_count'

/** Every event of the application. */
export const all = Symbol('all')
export const subscribed = Symbol('subscribed')
export const error = Symbol('error')
export const missed = Symbol('missed')
export const here = Symbol('here')
export const joining = Symbol('joining')
export const leaving = Symbol('leaving')
export const presence = Symbol('presence')
export const status = Symbol('status')
