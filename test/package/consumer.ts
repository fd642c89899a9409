import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's own folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A new folder for temporary files; the caller removes it. */
export const scratch = () => mkdtempSync(join(tmpdir(), 'antiphon-'))

/** Packs `folder` as a release would, into `destination`; returns the tarball's path. Asks no network. */
export function pack(folder: string, destination: string): string {
  const command = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', destination]
  const answer = execFileSync('npm', command, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [packed] = JSON.parse(answer) as [{ filename: string }]
  return join(destination, packed.filename)
}

/** A stranger's project at `folder`: the unpacked tarball, and links to the packages that it chose to install. */
export function install(folder: string, tarball: string, others: readonly string[] = []): void {
  const installed = join(folder, 'node_modules/antiphon')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  for (const name of others) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
}

/** Runs a program of one file in `folder` and returns what it printed, read as JSON. */
export function run(folder: string, file: string, program: string): unknown {
  writeFileSync(join(folder, file), program)
  return JSON.parse(execFileSync('node', [file], { cwd: folder, encoding: 'utf8', timeout: 30_000 }))
}

/** What a TypeScript compiler says to a project; empty when it has nothing to say. */
export async function compile(typescript: string, project: string): Promise<string> {
  const tsc = join(root, 'node_modules', typescript, 'bin/tsc')
  return new Promise((resolve) => {
    execFile('node', [tsc, '-p', project], (_, stdout, stderr) => resolve(stdout + stderr))
  })
}
