import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { isSessionFile } from './source-files.ts'

const settleMs = 40
/** Folders of projects that are links and are watched where they lead; the others are seen by the pass every few minutes. */
const mostLinks = 100
const options = { ignoreInitial: true, followSymlinks: false, ignorePermissionErrors: true, atomic: false, depth: 7 }

/** A folder that is not there yet is looked for this often. */
const lookMs = 1_000

export type FollowEvents = {
  onChange: (path: string) => void
  /** The folder, which was not there, is, or a link in it: what came along with it is in it already. */
  onFound: () => void
  /** Changes may be missed from now on, for example as the system watches no more folders. */
  onFault: (fault: unknown) => void
}

/**
 * Tells of every session file below a folder that comes, changes or goes. What has changed several times at once is told once. A folder
 * that is missing is waited for without watching those above it: one of them may be where this app writes all the time. A project's folder
 * that is a link is watched where it leads.
 */
export class Follow {
  readonly #folder: string
  readonly #events: FollowEvents
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** By the name of the link. */
  readonly #links = new Map<string, FSWatcher>()
  #watcher: FSWatcher | null = null
  #looking: NodeJS.Timeout | undefined

  constructor(folder: string, events: FollowEvents) {
    this.#folder = folder
    this.#events = events
    if (existsSync(folder)) this.#watch()
    else this.#looking = setInterval(() => this.#look(), lookMs).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#looking)
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    await Promise.all([this.#watcher?.close(), ...[...this.#links.values()].map((watcher) => watcher.close())])
  }

  #look(): void {
    if (!existsSync(this.#folder)) return
    clearInterval(this.#looking)
    this.#watch().once('ready', () => this.#events.onFound())
  }

  #watch(): FSWatcher {
    const watcher = this.#watchAt(this.#folder, '')
    this.#watcher = watcher
    watcher.on('add', (path) => this.#link(relative(this.#folder, path))?.once('ready', () => this.#events.onFound()))
    watcher.on('unlink', (path) => this.#unlink(relative(this.#folder, path)))
    for (const name of linksIn(this.#folder)) this.#link(name)
    return watcher
  }

  /** `prefix`: where the folder stands below the one that is followed. */
  #watchAt(folder: string, prefix: string): FSWatcher {
    const watcher = watch(folder, options)
    for (const event of ['add', 'change', 'unlink'] as const)
      watcher.on(event, (path) => this.#changed(`${prefix}${relative(folder, path).split(sep).join('/')}`))
    watcher.on('error', this.#events.onFault)
    return watcher
  }

  /** Watches where a link leads, unless it is watched already or leads to no folder; answers the new watcher. */
  #link(name: string): FSWatcher | null {
    if (name.includes(sep) || this.#links.has(name) || this.#links.size >= mostLinks) return null
    const target = folderBehind(this.#folder, name)
    if (target === null) return null
    const watcher = this.#watchAt(target, `${name}/`)
    this.#links.set(name, watcher)
    return watcher
  }

  #unlink(name: string): void {
    void this.#links.get(name)?.close()
    this.#links.delete(name)
  }

  #changed(path: string): void {
    if (!isSessionFile(path) || this.#timers.has(path)) return
    const tell = (): void => {
      this.#timers.delete(path)
      this.#events.onChange(path)
    }
    this.#timers.set(path, setTimeout(tell, settleMs))
  }
}

function linksIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isSymbolicLink() ? [entry.name] : []))
  } catch {
    // The watcher itself tells of a folder that cannot be read.
    return []
  }
}

/** The folder that a link leads to; null for one that leads to none, or to where it stands itself. */
function folderBehind(folder: string, name: string): string | null {
  try {
    const path = join(folder, name)
    if (!lstatSync(path).isSymbolicLink() || !statSync(path).isDirectory()) return null
    const target = realpathSync(path)
    return `${realpathSync(folder)}${sep}`.startsWith(`${target}${sep}`) ? null : target
  } catch {
    return null
  }
}
