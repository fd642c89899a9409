import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '../../connectors/socket-io/place'
import { ProcessGroup } from '../support/process-group'
import { adapted } from './documented'

/** An nginx of our own in front of a server, with a certificate that nobody has signed. */
export class Nginx {
  readonly port: number
  readonly #group: ProcessGroup
  readonly #folder: string

  private constructor(port: number, group: ProcessGroup, folder: string) {
    this.port = port
    this.#group = group
    this.#folder = folder
  }

  /** `sites`: what is documented, with 127.0.0.1:8080 as the server behind it. */
  static async start(sites: string, behind: number): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'antiphon-nginx-'))
    const port = await freePort()
    const file = join(folder, 'nginx.conf')
    const site = adapted(sites, {
      '127.0.0.1:8080': `127.0.0.1:${behind}`,
      'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
      ...(await certified(folder)),
    })
    await writeFile(file, `${alone(folder)}\nhttp {\n${temporary(folder)}\n${site}\n}\n`)
    const args = ['-p', folder, '-e', 'stderr', '-c', file]
    const group = ProcessGroup.start({ command: process.env.NGINX_PROGRAM ?? 'nginx', args })
    const nginx = new Nginx(port, group, folder)
    try {
      // It says nothing when it is ready, and why when it ends.
      await Promise.race([vi.waitUntil(() => isOpen(port), { timeout: 30_000 }), group.says(/(?!)/)])
    } catch (error) {
      await nginx.stop()
      throw error
    }
    return nginx
  }

  async stop(): Promise<void> {
    await this.#group.end()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Makes a certificate; where the documented files are, and where these. */
async function certified(folder: string): Promise<Record<string, string>> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost']
  await ProcessGroup.run({ command: 'openssl', args: [...request, '-keyout', key, '-out', certificate] })
  return { '/etc/ssl/ws.example.com.pem': certificate, '/etc/ssl/ws.example.com.key': key }
}

const alone = (folder: string) => `daemon off;\npid ${join(folder, 'nginx.pid')};\nerror_log stderr;\nevents {}`

function temporary(folder: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${join(folder, what)};`,
  )
  return ['access_log off;', ...paths].join('\n')
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
