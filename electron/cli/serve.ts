import { execa } from 'execa'
import { Core } from '../core/core.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import { pageAddress } from '../web/access-guard.ts'
import { startWebServer } from '../web/server.ts'

/** Where a running app is to be found; `page` holds the token. */
export type Served = { url: string; token: string; page: string; demo: boolean }

export type ServeOptions = {
  port: number
  home: string | null
  demo: boolean
  /** Opens the page in the browser. */
  open: boolean
  version: string
  onReady: (served: Served) => void
  /** Ends the app when it resolves, besides the signals. */
  until?: Promise<void>
}

const closeLimitMs = 15_000

/** Runs the app for browsers and scripts until it is told to end. */
export async function serve({ port, home, demo, open, version, onReady, until }: ServeOptions): Promise<void> {
  const stop = Promise.race([stopRequest(), ...(until ? [until] : [])])
  const core = await Core.open({ home: home ?? dataFolderPath(process.env), shell: 'web', demo, env: process.env, version })
  try {
    const server = await startWebServer({ core, port, version })
    const page = pageAddress(server.url, server.token)
    await core.lock.announce(server.url)
    onReady({ url: server.url, token: server.token, page, demo: (await core.health.current()).demo })
    if (open) openBrowser(page)
    await stop
    // Ending must not hang on anything, however broken.
    setTimeout(() => process.exit(1), closeLimitMs).unref()
    await server.close()
  } finally {
    await core.close()
  }
}

/** Resolves at the first TERM, INT or HUP, or when the one who started us with a pipe has gone. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => resolve())
    if (process.env['BULLPEN_WATCH_STDIN'] !== '1') return
    process.stdin.resume()
    process.stdin.once('end', () => resolve())
    process.stdin.once('error', () => resolve())
  })
}

/** Where there is no browser, the printed line is all there is to know. */
function openBrowser(address: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : ['xdg-open', address]
  if (command === undefined) return
  void execa(command, args, { stdio: 'ignore', detached: true, reject: false, timeout: 10_000 })
}
