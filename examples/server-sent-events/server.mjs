// The server side of `connector.ts`: it answers everything under `/server-sent-events/`. `npm start` runs it beside the demo.
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const at = (name) => fileURLToPath(new URL(name, import.meta.url))
const streams = new Map() // by id: the response that stays open, and the channels that it hears

/** Sends an event to all who hear the channel, but for the stream `except`. */
function publish(channel, event, payload, except) {
  for (const [id, { response, channels }] of streams)
    if (id !== except && channels.has(channel))
      response.write(`data: ${JSON.stringify({ channel, event, payload })}\n\n`)
}

// What an application would ask its user's rights here.
const mayHear = (channel) => !channel.startsWith('private-')

const routes = {
  async 'GET /'(_request, response) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(await readFile(at('index.html')))
  },
  async 'GET /page.js'(_request, response) {
    const options = { bundle: true, format: 'esm', target: 'es2022', write: false }
    const { outputFiles } = await build({ ...options, entryPoints: [at('page.ts')], absWorkingDir: at('../..') })
    response.setHeader('Content-Type', 'text/javascript; charset=utf-8').end(outputFiles[0].contents)
  },
  'GET /stream'(request, response) {
    // Laravel's `toOthers()` takes ids of this shape only.
    const id = `${randomInt(1e9)}.${randomInt(1e9)}`
    streams.set(id, { response, channels: new Set() })
    request.on('close', () => streams.delete(id))
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(`retry: 500\nevent: opened\ndata: ${id}\n\n`)
  },
  async 'POST /messages'(request, response) {
    publish('messages', 'App\\Events\\MessageSent', await json(request), request.headers['x-socket-id'])
    response.end()
  },
  'POST /cut'(_request, response) {
    for (const { response } of streams.values()) response.destroy()
    response.end()
  },
}

// `PUT` and `DELETE /stream/ID/CHANNEL`: a stream hears that channel from now on, or no longer.
function hear({ method }, response, [, , id, name = '']) {
  const channel = decodeURIComponent(name)
  const { channels } = streams.get(id) ?? {}
  if (method === 'DELETE') channels?.delete(channel)
  else if (mayHear(channel)) channels?.add(channel)
  response.writeHead(!channels ? 404 : method === 'DELETE' || mayHear(channel) ? 204 : 403).end()
}

/** Answers a request for a path under `/server-sent-events/`. */
export async function serverSentEvents(request, response) {
  const path = request.url.replace('/server-sent-events', '')
  const route = routes[`${request.method} ${path}`]
  if (route) await route(request, response)
  else if (/^(PUT|DELETE) \/stream\/[\d.]+\/[^/]+$/.test(`${request.method} ${path}`))
    hear(request, response, path.split('/'))
  else response.writeHead(404).end()
}
