import { type Browser, chromium } from 'playwright-core'

/** Starts the Chromium that `vitest.config.ts` found; it can reach no host but this machine, and those named. */
export function launch(...hosts: readonly string[]): Promise<Browser> {
  const reachable = ['127.0.0.1', 'localhost', ...hosts].map((host) => `, EXCLUDE ${host}`)
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP * ~NOTFOUND${reachable.join('')}`,
    ],
  })
}
