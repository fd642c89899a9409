import { cpus } from 'node:os'
import { bundleMeasures } from './bundles.mjs'
import { openChromium, openNode } from './hosts.mjs'
import { table } from './print.mjs'
import { reliability } from './reliability.mjs'
import { serve } from './server.mjs'
import { size } from './size.mjs'

// `npm run bench -- [size] [dispatch] [subscribe] [memory] [presence] [reliability] [--quick]`; without names, everything but
// `reliability`, which takes some minutes of its own.
const args = process.argv.slice(2)
const quick = args.includes('--quick')
const names = args.filter((arg) => arg !== '--quick')
const contestants = ['incumbent', 'floor', 'ours']

/** One round of each measure: every process is fresh, and a later round begins with another contestant. */
const measures = {
  dispatch: (host) => host.run('dispatch', { quick }),
  presence: (host) => host.run('presence', { quick }),
  async memory(host, round) {
    return { memory: await each(round, (name) => host.run('memory', { name })) }
  },
  async subscribe(host, round) {
    const join = (name, channels, batch) => host.run('subscribe', { name, port, channels, batch })
    const hundred = await each(round, (name) => join(name, 100, true))
    // The incumbent has no batch, and the floor nothing else.
    const single = { incumbent: hundred.incumbent, ours: await join('ours', 100, false) }
    const thousand = quick ? {} : await each(round, (name) => join(name, 1000, true))
    return {
      'subscribe.100': pick(hundred, 'live'),
      'own.batch': pick(hundred, 'own'),
      'subscribe.single': pick(single, 'live'),
      'own.single': pick(single, 'own'),
      ...(!quick && { 'subscribe.1000': pick(thousand, 'live') }),
    }
  },
}
const rounds = quick
  ? { dispatch: 1, presence: 1, memory: 1, subscribe: 1 }
  : { dispatch: 4, presence: 3, memory: 3, subscribe: 3 }

const speed = ['size', ...Object.keys(measures)]
const known = [...speed, 'reliability']
const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench called ${unknown.join(', ')}: ${known.join(', ')}.`)
  process.exit(1)
}
const wanted = names.length > 0 ? names : speed

const bundles = await bundleMeasures()
const server = await serve(bundles.scripts)
const { port } = server
console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}\n`)
try {
  if (wanted.includes('size')) await printSize()
  if (wanted.includes('reliability')) console.log(`Node ${process.versions.node}\n\n${await reliability()}\n`)
  const chosen = Object.keys(measures).filter((name) => wanted.includes(name))
  if (chosen.length > 0)
    for (const open of [openNode, openChromium]) {
      const host = await open({ folder: bundles.folder, server })
      if (!host) console.log('No Chromium was found: set CHROMIUM_PATH.')
      else await printHost(host, chosen)
    }
} finally {
  server.close()
  bundles.remove()
}

async function printSize() {
  const { rows, files } = await size()
  console.log(`${table('size', [rows])}\n`)
  for (const [file, bytes] of files) console.log(`${String(bytes).padStart(6)} B  ${file}`)
  console.log()
}

async function printHost(host, chosen) {
  const results = []
  for (const name of chosen)
    for (let round = 0; round < rounds[name]; round++) results.push(await measures[name](host, round))
  console.log(`${host.title}, median (spread)\n\n${table(host.name, results)}\n`)
}

async function each(round, ask) {
  const figures = {}
  for (let turn = 0; turn < contestants.length; turn++) {
    const name = contestants[(round + turn) % contestants.length]
    figures[name] = await ask(name)
  }
  return figures
}

function pick(figures, field) {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure[field]]))
}
