import { leaks } from './canaries'

/** Reads along with whatever the suite prints: none of the secrets that its tests plant may be in it. */
export default function readAlong(): () => void {
  const found = new Set<string>()
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream)
    stream.write = (text: string | Uint8Array, ...rest: any[]) => {
      for (const secret of leaks(String(text))) found.add(secret)
      return write(text, ...rest)
    }
  }
  return () => {
    if (found.size === 0) return
    // Vitest itself only prints what is thrown here.
    process.exitCode = 1
    throw new Error(`The output of the tests shows secrets: ${[...found].join(', ')}`)
  }
}
