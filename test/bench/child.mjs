import { createRequire } from 'node:module'
import { WebSocket } from 'ws'

// One measure in a process of its own: `node --expose-gc child.mjs <bundle> <arguments as JSON>`.
globalThis.WebSocket = WebSocket
globalThis.readHeap = async () => {
  for (let i = 0; i < 4; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
const [file, args] = process.argv.slice(2)
const { measure } = createRequire(import.meta.url)(file)
process.stdout.write(JSON.stringify(await measure(JSON.parse(args))), () => process.exit())
