import { Core } from '../core/core.ts'
import { endIfStuck, survive } from '../core/survive.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import type { DiskWatch } from '../core/storage/disk-watch.ts'
import { PageOpener } from './page-opener.ts'
import { pageAddress } from '../web/access-guard.ts'
import { WebAccess } from '../web/web-access.ts'
import { startWebServer, type WebServer } from '../web/server.ts'

/** Where a running app is to be found; `page` holds the token. */
export type Served = { url: string; token: string; page: string; demo: boolean }

export type ServeOptions = {
  port: number
  home: string | null
  demo: boolean
  /** Opens the page in the browser. */
  open: boolean
  /** Makes the token anew. */
  newToken?: boolean
  allowHosts?: readonly string[]
  version: string
  onReady: (served: Served) => void
  /** Ends the app when it resolves, besides the signals. */
  until?: Promise<void>
}

/** Processes are ended side by side, each in under ten seconds; this is for what is broken. */
const closeLimitMs = 30_000
const watchesStdin = process.env['BULLPEN_WATCH_STDIN'] === '1'
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Runs the app for browsers and scripts until it is told to end. */
export async function serve({
  port,
  home,
  demo,
  open,
  newToken = false,
  allowHosts = [],
  version,
  onReady,
  until,
}: ServeOptions): Promise<void> {
  const folder = home ?? dataFolderPath(process.env)
  const stop = Promise.race([stopRequest(), ...(until ? [until] : [])])
  const core = await Core.open({ home: folder, shell: 'web', demo, env: process.env, version })
  const stopSurviving = survive(core)
  const opener = new PageOpener(folder)
  let server: WebServer | null = null
  try {
    const access = await WebAccess.open(folder, { renew: newToken, problems: core.watch.problems })
    server = await startWebServer({ core, port, lastPort: access.port, token: access.token, allowHosts, version })
    await remember(core.watch.disk, access, server.port)
    const page = pageAddress(server.url, server.token)
    await core.lock.announce(server.url)
    onReady({ url: server.url, token: server.token, page, demo: core.health.demo })
    if (open) await opener.open(page)
    await stop
  } finally {
    const limit = setTimeout(giveUp, closeLimitMs)
    await Promise.all([server?.close(), opener.close()])
    await core.close()
    clearTimeout(limit)
    stopSurviving()
    // Being read, it would keep the process for as long as our parent lives.
    if (watchesStdin) process.stdin.pause()
    endIfStuck()
  }
}

/** A disk that does not take the address keeps nobody from working: it is told, and written once it can be. */
async function remember(disk: DiskWatch, access: WebAccess, port: number): Promise<void> {
  await disk.write(() => access.remember(port)).catch(() => disk.onceWritable(() => void remember(disk, access, port)))
}

function giveUp(): void {
  const seconds = closeLimitMs / 1_000
  process.stderr.write(
    `bullpen: closing took more than ${seconds} seconds, so it ends now. What is left running is ended at the next start.\n`,
  )
  endIfStuck()
  process.exit(1)
}

/**
 * Resolves at the first TERM, INT or HUP, or when the one who started us with a pipe has gone. Signals that follow change
 * nothing: Ctrl+C arrives twice when a parent passes its own on.
 */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of signals) process.on(name, () => resolve())
    if (!watchesStdin) return
    process.stdin.resume()
    process.stdin.once('end', () => resolve())
    process.stdin.once('error', () => resolve())
  })
}
