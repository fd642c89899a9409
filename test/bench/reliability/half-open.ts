import { Stage, until } from '../../faults/stage'
import { type Args, isConnected, open } from './rivals'

/** After how many seconds a network that swallows everything is noticed; the server announces 30 s. */
export async function measure({ name }: Args) {
  const stage = await Stage.open({ activityTimeout: 30 })
  const echo = open(name, stage.options)
  await until(() => isConnected(echo))
  const began = Date.now()
  stage.wire.swallow()
  await until(() => !isConnected(echo))
  return { 'half-open': (Date.now() - began) / 1000 }
}
