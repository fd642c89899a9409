import { Crowd, quantile } from '../../faults/crowd'
import { type Args, open } from './rivals'

const CLIENTS = 50

/** How long after a server's return 95 % of its clients are in their channels again, in seconds. */
export async function measure({ name, seconds }: Args & { seconds: number }) {
  const crowd = await Crowd.of(CLIENTS, ({ options }) => open(name, options))
  return { [`away.${seconds}`]: quantile(await crowd.away(seconds), 0.95) / 1000 }
}
