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
  const [shown, show] = goal?.times ? [times, '×'] : [of, unit]
  const contestants = [spread(shown('incumbent'), show), spread(of('floor'), unit), spread(shown('ours'), show)]
  return `| ${[title, ...contestants, ...judge(goal, middle(shown('ours')), show)].join(' | ')} |`
}

// Judged as printed: 1.05 reaches 1.05.
function judge(goal, value, unit) {
  if (!goal) return ['–', '–']
  const limit = goal.times ?? goal.most
  const places = digits(unit, limit)
  const reached = Number(value.toFixed(places)) <= Number(limit.toFixed(places))
  return [`≤ ${number(limit, unit)} ${unit}${goal.times ? ' the floor' : ''}`, reached ? 'yes' : '**no**']
}

function spread(values, unit) {
  if (values.length === 0) return '–'
  const shown = (value) => number(value, unit)
  const [least, most] = [shown(Math.min(...values)), shown(Math.max(...values))]
  return `${shown(middle(values))} ${unit}${least === most ? '' : ` (${least}–${most})`}`
}

function number(value, unit) {
  const places = digits(unit, value)
  return value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places })
}

function digits(unit, value) {
  if (unit === '×') return 2
  return (unit === 'ms' || unit === 'µs') && value < 20 ? 1 : 0
}
