/** The servers of a shop, measured once a second while the process lives. */
export function dashboard({ broadcast }) {
  const servers = ['Oslo', 'Lima', 'Pune']
  let tick = 0
  setInterval(() => {
    tick++
    for (const [index, server] of servers.entries()) {
      const load = Math.round(50 + 40 * Math.sin(tick / 5 + index * 2))
      broadcast('servers', 'Measured', { server, load, requests: load * 12 + index, at: Date.now() })
    }
  }, 1_000).unref()
  return {}
}
