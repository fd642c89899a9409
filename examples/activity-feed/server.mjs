const names = ['OrderShipped', 'CommentPosted', 'InvoicePaid']
const activities = []

/** What happens in a shop, told on one private channel. */
export function activityFeed({ broadcast, cut }) {
  function happen(name, subject, by) {
    const activity = { id: activities.length + 1, name, subject, by }
    activities.unshift(activity)
    broadcast('private-shop.1', name, activity)
    return activity
  }
  return {
    'GET /activity-feed/activities': ({ after = 0 }) => activities.filter(({ id }) => id > Number(after)),
    'POST /activity-feed/activities'({ name, subject }, { guest }) {
      return names.includes(name) ? happen(name, String(subject).slice(0, 100), guest) : 422
    },
    'POST /activity-feed/miss'(_input, { guest, socketId }) {
      cut(socketId)
      return happen('InvoicePaid', 'what you did not hear', guest)
    },
  }
}
