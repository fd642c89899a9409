import { rows } from './rows.mjs'

const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** One table of Markdown: of each row the median of all rounds, and their spread. */
export function table(host, rounds) {
  const lines = rows.flatMap((row) => {
    const figures = rounds.map((round) => round[row.key]).filter(Boolean)
    return figures.length > 0 ? [line(row, figures, row[host] ?? row.goal)] : []
  })
  return [
    '| measure | laravel-echo + pusher-js | floor | ours | goal | reached |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function line({ title, unit }, figures, goal) {
  const of = (name) => figures.map((figure) => figure[name]).filter((value) => value !== undefined)
  const times = (name) => figures.map((figure) => figure[name] / figure.floor)
  const ratio = unit === '×'
  const show = (name) => (ratio ? spread(times(name), '×') : spread(of(name), unit))
  const floor = ratio ? spread(of('floor'), 'ns') : show('floor')
  const best = goal && middle(goal.times ? times('ours') : of('ours'))
  const reached = goal ? (best <= (goal.times ?? goal.most) ? 'yes' : '**no**') : '–'
  return `| ${[title, show('incumbent'), floor, show('ours'), wanted(goal, unit), reached].join(' | ')} |`
}

function wanted(goal, unit) {
  if (!goal) return '–'
  return goal.times ? `≤ ${number(goal.times, '×')} × the floor` : `≤ ${number(goal.most, unit)} ${unit}`
}

function spread(values, unit) {
  if (values.length === 0) return '–'
  const shown = (value) => number(value, unit)
  const [least, most] = [shown(Math.min(...values)), shown(Math.max(...values))]
  return `${shown(middle(values))} ${unit}${least === most ? '' : ` (${least}–${most})`}`
}

function number(value, unit) {
  const digits = unit === '×' ? 2 : unit === 'ms' || unit === 'µs' ? (value < 20 ? 1 : 0) : 0
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
