import type { Contestant } from '../clients/all'
import { frameText } from '../fake-socket'
import { compare, type Figures, names, start, until } from './measure'

const MEMBERS = 10_000
const ARRIVALS = 1000

const ids = Array.from({ length: MEMBERS }, (_, index) => String(index + 1))
const info = (id: string) => ({ name: `Member ${id}`, avatar: `https://app.test/avatars/${id}.png` })
const hash = Object.fromEntries(ids.map((id) => [id, info(id)]))

/** Joining a full room, in milliseconds, and one arrival in it, in microseconds. */
export async function measure({ quick }: { quick: boolean }): Promise<Record<string, Figures>> {
  const rooms = new Map<Contestant, Awaited<ReturnType<typeof prepare>>>()
  for (const name of names) rooms.set(name, await prepare(name))
  const join = (name: Contestant) => rooms.get(name)!.join()
  const arrive = (name: Contestant) => rooms.get(name)!.arrive()
  await compare(3, join)
  const joins = await compare(quick ? 5 : 15, join)
  await compare(3, arrive)
  return { 'presence.join': joins, 'presence.arrival': await compare(quick ? 5 : 20, arrive) }
}

async function prepare(name: Contestant) {
  const { client, socket } = await start(name)
  let shown = 0
  let came = 0
  let room = 0

  const join = async () => {
    client.leave(`room.${room}`)
    const channel = `presence-room.${++room}`
    const text = frameText(
      'pusher_internal:subscription_succeeded',
      { presence: { ids, hash, count: MEMBERS } },
      channel,
    )
    client.presence(
      `room.${room}`,
      () => shown++,
      () => came++,
    )
    await until(() => socket.asked.includes(channel))
    const begin = performance.now()
    socket.hear(text)
    const time = performance.now() - begin
    if (shown !== room) throw new Error(`${name} showed ${shown} rooms, not ${room}.`)
    return time
  }

  // Those who come have left before, untimed: the room is as full each time.
  const arrive = () => {
    const channel = `presence-room.${room}`
    const frames = (event: string) =>
      ids
        .slice(0, ARRIVALS)
        .map((id) => frameText(`pusher_internal:${event}`, { user_id: id, user_info: info(id) }, channel))
    const added = frames('member_added')
    const expected = came + ARRIVALS
    for (const text of frames('member_removed')) socket.hear(text)
    const begin = performance.now()
    for (const text of added) socket.hear(text)
    const time = performance.now() - begin
    if (came !== expected) throw new Error(`${name} saw ${came} arrivals, not ${expected}.`)
    return (time / ARRIVALS) * 1e3
  }

  return { join, arrive }
}
