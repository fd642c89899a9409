import { Stage, until } from '../../faults/stage'
import { type Args, isConnected, open } from './rivals'

const CHANNELS = 100
const PATIENCE = 15_000

/** How many of 100 private channels are live when one authorization in ten answers 500 at first, and after how many seconds. */
export async function measure({ name }: Args) {
  const stage = await Stage.open()
  stage.thinking = 20
  stage.reply = (channel) => (channel.endsWith('0') && stage.asked.get(channel) === 1 ? 500 : 'grant')
  const echo = open(name, stage.options)
  await until(() => isConnected(echo))
  const began = Date.now()
  for (let n = 0; n < CHANNELS; n++) echo.private(`orders.${n}`)
  const live = () => stage.server.channels().length
  let [last, since] = [0, began]
  await until(() => {
    if (live() !== last) [last, since] = [live(), Date.now()]
    return last === CHANNELS || Date.now() - began > PATIENCE
  })
  return { 'flaky.live': last, 'flaky.time': (since - began) / 1000, 'flaky.busiest': stage.busiest }
}
