const values: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '{',
  '[]',
  '__proto__',
  'constructor',
  'toString',
  [],
  {},
  [[]],
  { __proto__: null },
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  { toString: 1, valueOf: 2 },
]

/** Makes something that is nearly what it was: a part is missing, doubled, of another type, or the text itself is damaged. */
export function mutated(text: string, random: () => number): string {
  let result = text
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--)
    result = random() < 0.7 ? throughJson(result, random) : damaged(result, random)
  return result
}

function throughJson(text: string, random: () => number): string {
  try {
    return JSON.stringify(changed(JSON.parse(text), random, 0)) ?? ''
  } catch {
    return damaged(text, random)
  }
}

function changed(value: unknown, random: () => number, depth: number): unknown {
  if (typeof value === 'string' && value.startsWith('{') && random() < 0.6) return throughJson(value, random)
  if (typeof value !== 'object' || value === null || depth > 4 || random() < 0.15) return pick(values, random)
  const entries = Object.entries(value)
  if (!entries.length) return pick(values, random)
  const [key, part] = pick(entries, random)
  const chance = random()
  if (chance < 0.2)
    return rebuilt(
      value,
      entries.filter(([other]) => other !== key),
    )
  if (chance < 0.3) return rebuilt(value, [...entries, [String(pick(values, random)), pick(values, random)]])
  return rebuilt(
    value,
    entries.map(([other, own]) => [other, other === key ? changed(part, random, depth + 1) : own]),
  )
}

function rebuilt(value: object, entries: [string, unknown][]): unknown {
  if (Array.isArray(value)) return entries.map(([, part]) => part)
  // A key may be `__proto__`.
  const copy = Object.create(null) as Record<string, unknown>
  for (const [key, part] of entries)
    Object.defineProperty(copy, key, { value: part, enumerable: true, configurable: true, writable: true })
  return copy
}

function damaged(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1))
  const chance = random()
  if (chance < 0.3) return text.slice(0, at)
  if (chance < 0.6) return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8))
  const character = String.fromCodePoint(Math.floor(random() * 0x2000))
  return chance < 0.8 ? text.slice(0, at) + character + text.slice(at) : text + text.slice(at)
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!
}
