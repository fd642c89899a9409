import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../examples/demo/server.mjs', import.meta.url))

/** The demo, as `npm start` runs it. */
export interface Demo {
  readonly url: string
  stop(): Promise<void>
}

/** Starts the demo as a process of its own; any free ports unless one is asked for. */
export async function startDemo(port = 0): Promise<Demo> {
  const child = spawn(process.execPath, [script], {
    detached: true,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => end(child)
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    kill()
    await gone
  }
  try {
    return { url: await announced(child), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The address in the first line that the demo prints. */
function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const [address] = /http:\S+(?=\n)/.exec(printed) ?? []
      if (address) resolve(address)
    })
    child.once('error', reject)
    child.once('close', () => reject(new Error(`The demo ended (build first: npm run build). ${complaint}`)))
  })
}

/** Ends the process and all that it started. */
function end(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has gone already.
  }
}
