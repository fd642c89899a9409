const GAP = 2_500

/**
 * The `points` of one line for each time without a gap, one unit to the second, 100 units high. `figures`: when (in
 * milliseconds) and how much, 0 to 100.
 */
export function sparkline(figures: readonly (readonly [at: number, value: number])[]): string[] {
  const [first = [0, 0]] = figures
  const lines: string[][] = []
  for (const [index, [at, value]] of figures.entries()) {
    const before = figures[index - 1]
    if (!before || at - before[0] > GAP) lines.push([])
    lines.at(-1)!.push(`${((at - first[0]) / 1_000).toFixed(1)},${100 - value}`)
  }
  return lines.map((points) => points.join(' '))
}
