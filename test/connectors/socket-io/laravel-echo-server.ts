import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { Application } from './application'
import { freePort, type Place } from './place'
import { startRedis } from './redis'

const require = createRequire(import.meta.url)
const path = require.resolve('laravel-echo-server')
const program = `require(${JSON.stringify(path)}).run(JSON.parse(process.argv[1])).then(() => console.log('READY'))`
const [appId, key] = ['app', 'key']

/** laravel-echo-server itself, a process of its own, with its HTTP subscriber and its Redis database. */
export async function laravelEchoServer(): Promise<Place> {
  const application = await new Application().listen()
  const redis = await startRedis()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = {
    host: '127.0.0.1',
    port,
    authHost: application.url,
    clients: [{ appId, key }],
    database: 'redis',
    databaseConfig: { redis: { host: '127.0.0.1', port: redis.port } },
    subscribers: { http: true, redis: false },
  }
  let child: ChildProcess | undefined
  let faults = 0

  const get = async (what: string): Promise<any> => (await fetch(`${url}/apps/${appId}/${what}?auth_key=${key}`)).json()

  const place: Place = {
    application,
    url,
    async publish(channel, name, data, socket_id) {
      const body = JSON.stringify({ channel, name, data: JSON.stringify(data), socket_id })
      const response = await fetch(`${url}/apps/${appId}/events?auth_key=${key}`, { method: 'POST', body })
      if (!response.ok) throw new Error(`laravel-echo-server answered ${response.status}.`)
    },
    count: async (channel) => (await get(`channels/${channel}`)).subscription_count,
    clients: async () => (await get('status')).subscription_count,
    get faults() {
      return faults
    },
    async start() {
      // It loses members that come or go together and then trips over them, of which newer versions of Node die.
      const options = ['--unhandled-rejections=warn', '-e', program]
      const running = spawn(process.execPath, [...options, JSON.stringify(config)], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = running
      running.stderr.on('data', (chunk) => {
        faults += String(chunk).split('UnhandledPromiseRejectionWarning: TypeError').length - 1
      })
      await new Promise<void>((resolve, reject) => {
        running.stdout.on('data', (chunk) => String(chunk).includes('READY') && resolve())
        running.on('exit', () => reject(new Error('laravel-echo-server did not start.')))
      })
    },
    async stop() {
      const running = child
      child = undefined
      if (running?.exitCode !== null) return
      running.kill('SIGKILL')
      await once(running, 'exit')
    },
    async close() {
      await place.stop()
      redis.close()
      await application.close()
    },
  }
  await place.start()
  return place
}
