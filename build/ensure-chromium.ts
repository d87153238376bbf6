import { spawnSync } from 'node:child_process'
import { chromiumPath } from '../e2e/support/chromium.ts'

/** Finds the Chromium that the specs drive, or installs Debian's. Says in one sentence what to do where that cannot be; then false. */
export function ensureChromium(): boolean {
  if (chromiumPath() !== undefined) return true
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    process.stdout.write('Chromium is not installed: installing it with apt-get.\n')
    run(['update', '-q'])
    run(['install', '-y', '-q', '--no-install-recommends', 'chromium', 'chromium-headless-shell', 'fonts-dejavu-core'])
  }
  if (chromiumPath() !== undefined) return true
  process.stdout.write('The specs need Chromium: install it (on Debian: sudo apt-get install chromium) or set CHROMIUM_PATH to one.\n')
  return false
}

function run(args: string[]): void {
  spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}
