import { randomFrom } from '../../support/clock'
import { Stage, until, wait } from '../../faults/stage'
import { type Args, isConnected, open } from './rivals'

const RECONNECTIONS = 60
const CHANNELS = 20
const PATIENCE = 5000

/** How many of 20 channels are lost or doubled in 60 reconnections, each cut at any moment, but for every fifth, when it is looked. */
export async function measure({ name }: Args) {
  const random = randomFrom(1)
  const stage = await Stage.open()
  // Ours grows slower the longer the trouble lasts, and this is long: here it may come back at once, as pusher-js does.
  const echo = open(name, { ...stage.options, reconnect: { min: 0, max: 0 } })
  for (let n = 0; n < CHANNELS; n++) echo.private(`room.${n}`)
  await until(() => isConnected(echo))
  let wrong = 0
  for (let n = 1; n <= RECONNECTIONS; n++) {
    // Some answers come when there is another connection already.
    stage.thinking = random() * (n % 5 > 0 ? 1500 : 100)
    const before = stage.wire.arrivals.length
    stage.wire.cut()
    // pusher-js says that it is connected until it tries again.
    await until(() => stage.wire.arrivals.length > before)
    await until(() => isConnected(echo))
    if (n % 5 > 0) await wait(random() * 250)
    else {
      const end = Date.now() + PATIENCE
      const right = () => Object.values(stage.subscriptions()).filter((count) => count === 1).length
      await until(() => right() === CHANNELS || Date.now() > end)
      // A second subscription may be on its way.
      await wait(500)
      wrong += CHANNELS - right()
    }
  }
  return { reconnections: wrong }
}
