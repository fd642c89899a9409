import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { openNode } from './hosts.mjs'

const rivals = ['incumbent', 'ours']
const measures = {
  away: new URL('./reliability/away.ts', import.meta.url),
  'flaky-auth': new URL('./reliability/flaky-auth.ts', import.meta.url),
  fuzz: new URL('./reliability/fuzz.ts', import.meta.url),
  'half-open': new URL('./reliability/half-open.ts', import.meta.url),
  kept: new URL('./reliability/kept.ts', import.meta.url),
  reconnections: new URL('./reliability/reconnections.ts', import.meta.url),
  spread: new URL('./reliability/spread.ts', import.meta.url),
  storm: new URL('./reliability/storm.ts', import.meta.url),
  undecryptable: new URL('./reliability/undecryptable.ts', import.meta.url),
  'wrong-calls': new URL('./reliability/wrong-calls.ts', import.meta.url),
}

/** What needs the processor is measured alone; what mostly waits, all at once. */
const alone = [['storm'], ['flaky-auth'], ['fuzz'], ['kept'], ['spread']]
const together = [
  ['away', { seconds: 3 }],
  ['away', { seconds: 20 }],
  ['half-open'],
  ['reconnections'],
  ['undecryptable'],
  ['wrong-calls'],
]

/** What is measured, and the goal of reliability: at `most` or at `least` so much. */
const rows = [
  { key: 'away.3', title: 'live again after the server was away for 3 s, p95 of 50 clients', unit: 's', most: 3 },
  { key: 'away.20', title: 'the same after 20 s', unit: 's', most: 10 },
  { key: 'half-open', title: 'silent network noticed, 30 s announced by the server', unit: 's', most: 40.5 },
  { key: 'spread.width', title: '1,000 clients dropped together: p5 to p95 of their return', unit: 's', least: 1.5 },
  { key: 'spread.densest', title: 'the most of them within 100 ms', unit: '%', most: 10 },
  { key: 'storm', title: 'connections in 3 s to a server that closes each with 4200', unit: '', most: 5 },
  {
    key: 'flaky.live',
    title: '100 private channels, 1 in 10 authorizations answers 500 once: live',
    unit: '',
    least: 100,
  },
  { key: 'flaky.time', title: 'the last of them was live after', unit: 's', most: 10 },
  { key: 'flaky.busiest', title: 'the most authorizations at once', unit: '', most: 6 },
  {
    key: 'reconnections',
    title: '60 reconnections, cut at any moment: of 20 channels lost or doubled',
    unit: '',
    most: 0,
  },
  { key: 'wrong', title: 'wrong or missing listener calls in 40 s of chaos', unit: '', most: 0 },
  { key: 'undecryptable', title: 'authorizations for 100 events that cannot be decrypted', unit: '', most: 3 },
  { key: 'fuzz', title: 'uncaught errors in 2,000 mutated frames', unit: '', most: 0 },
  { key: 'kept.instance', title: 'kept after `disconnect()`, per instance', unit: 'B', most: 512 },
  { key: 'kept.channel', title: 'kept per channel that was left', unit: 'B', most: 200 },
]

/** Measures both rivals in processes of their own, on the same server behind the same proxies: one table of Markdown. */
export async function reliability() {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-bench-'))
  try {
    await bundle(folder)
    const host = await openNode({ folder })
    const figures = { incumbent: {}, ours: {} }
    const run = async ([measure, args], name) =>
      Object.assign(figures[name], await host.run(measure, { name, ...args }))
    for (const task of alone) for (const name of rivals) await run(task, name)
    await Promise.all(together.flatMap((task) => rivals.map((name) => run(task, name))))
    return table(figures)
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 10 })
  }
}

async function bundle(folder) {
  const entryPoints = Object.fromEntries(Object.entries(measures).map(([name, url]) => [name, fileURLToPath(url)]))
  const options = { bundle: true, platform: 'node', format: 'cjs', outExtension: { '.js': '.cjs' }, logLevel: 'error' }
  await build({ ...options, entryPoints, outdir: folder, target: 'es2022' })
}

function table({ incumbent, ours }) {
  const head = ['| measure | laravel-echo + pusher-js | ours | goal | reached |', '|---|---|---|---|---|']
  const line = ({ key, title, unit, most, least }) => {
    const goal = most === undefined ? `≥ ${shown(least, unit)}` : `≤ ${shown(most, unit)}`
    const reached = most === undefined ? ours[key] >= least : ours[key] <= most
    return `| ${title} | ${shown(incumbent[key], unit)} | ${shown(ours[key], unit)} | ${goal} | ${reached ? 'yes' : '**no**'} |`
  }
  return [...head, ...rows.map(line)].join('\n')
}

function shown(value, unit) {
  const digits = unit === 's' ? 1 : 0
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${number} ${unit}`.trim()
}
