import { Stage, wait } from '../../faults/stage'
import { type Args, open } from './rivals'

/** How many connections one client makes in 3 s to a server that closes each with 4200. */
export async function measure({ name }: Args) {
  const stage = await Stage.open()
  stage.server.faults.refuse(100_000, 4200)
  open(name, stage.options).channel('news')
  await wait(3000)
  return { storm: stage.wire.arrivals.length }
}
