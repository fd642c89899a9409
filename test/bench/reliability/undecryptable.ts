import { Stage, until, wait } from '../../faults/stage'
import { Encryption } from '../../support/encryption'
import { type Args, open } from './rivals'

const CHANNEL = 'private-encrypted-orders'
const EVENTS = 100

/** How often a client asks for a key because of 100 events that it cannot read. */
export async function measure({ name }: Args) {
  const stage = await Stage.open()
  const echo = open(name, stage.options)
  echo.encryptedPrivate('orders').listen('Said', () => {})
  await until(() => stage.server.channels().length === 1)
  stage.asked.clear()
  const other = new Encryption(8)
  for (let n = 0; n < EVENTS; n++) {
    stage.publish(CHANNEL, other.seal(CHANNEL, { n }))
    await wait(20)
  }
  await wait(12_000)
  return { undecryptable: stage.asked.get(CHANNEL) ?? 0 }
}
