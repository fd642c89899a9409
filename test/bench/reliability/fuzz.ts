import { corpus } from '../../chaos/corpus'
import { mutated } from '../../chaos/mutate'
import { randomFrom } from '../../support/clock'
import { wait } from '../../faults/stage'
import { FakeSocket } from '../fake-socket'
import { type Args, open } from './rivals'

const FRAMES = 2000

/** How many of 2,000 mutated frames end in an error that nobody catches. */
export async function measure({ name }: Args) {
  let uncaught = 0
  process.on('uncaughtException', () => uncaught++).on('unhandledRejection', () => uncaught++)
  const sockets: FakeSocket[] = []
  class Recorded extends FakeSocket {
    constructor() {
      super()
      sockets.push(this)
    }
  }
  const echo = open(name, { key: 'app-key', wsHost: '127.0.0.1', forceTLS: false }, Recorded)
  echo.channel('news').listen('Said', () => {})
  echo.private('me').notification(() => {})
  const ignore = () => {}
  echo.join('room').here(ignore).joining(ignore).leaving(ignore).listenForWhisper('typing', ignore)
  await wait(500)
  const random = randomFrom(1)
  for (let n = 0; n < FRAMES; n++)
    try {
      sockets.at(-1)!.hear(mutated(corpus[n % corpus.length]!, random))
    } catch {
      uncaught++
    }
  await wait(500)
  return { fuzz: uncaught }
}
