import { existsSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { isSessionFile } from './source-files.ts'

const settleMs = 40

/** A folder that is not there yet is looked for this often. */
const lookMs = 1_000

export type FollowEvents = {
  onChange: (path: string) => void
  /** The folder, which was not there, is: what came along with it is in it already. */
  onFound: () => void
  /** Changes may be missed from now on, for example as the system watches no more folders. */
  onFault: (fault: unknown) => void
}

/**
 * Tells of every session file below a folder that comes, changes or goes. What has changed several times at once is told once. A folder
 * that is missing is waited for without watching those above it: one of them may be where this app writes all the time.
 */
export class Follow {
  readonly #folder: string
  readonly #events: FollowEvents
  readonly #timers = new Map<string, NodeJS.Timeout>()
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
    await this.#watcher?.close()
  }

  #look(): void {
    if (!existsSync(this.#folder)) return
    clearInterval(this.#looking)
    this.#watch().once('ready', () => this.#events.onFound())
  }

  #watch(): FSWatcher {
    const options = { ignoreInitial: true, followSymlinks: false, ignorePermissionErrors: true, atomic: false, depth: 7 }
    const watcher = watch(this.#folder, options)
    this.#watcher = watcher
    for (const event of ['add', 'change', 'unlink'] as const) watcher.on(event, (path) => this.#changed(path))
    watcher.on('error', this.#events.onFault)
    return watcher
  }

  #changed(absolute: string): void {
    const path = relative(this.#folder, absolute).split(sep).join('/')
    if (!isSessionFile(path) || this.#timers.has(path)) return
    const tell = (): void => {
      this.#timers.delete(path)
      this.#events.onChange(path)
    }
    this.#timers.set(path, setTimeout(tell, settleMs))
  }
}
