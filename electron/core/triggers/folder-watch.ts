import { stat } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import type { FolderChange } from './worker-protocol.ts'

/** Whether the folder is there, and the same, is looked at so often. */
const lookMs = 1_000

export type FolderWatchOptions = {
  folder: string
  /** Paths, relative to the folder with slashes, that are not looked into. */
  isIgnored: (path: string) => boolean
  onChange: (change: FolderChange) => void
  /** Everything is watched from now on: what has changed before, nobody has told. */
  onReady: () => void
  /** Why nothing is told now, for the user; null once it is told again. */
  onTrouble: (message: string | null) => void
}

const changes = { add: 'added', change: 'changed', unlink: 'removed' } as const

/** Tells of files that come, change or go below a folder. One that is not there, or that vanishes, is waited for; what it holds when it comes is not told. */
export class FolderWatch {
  readonly #options: FolderWatchOptions
  #watcher: FSWatcher | null = null
  #inode: bigint | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: FolderWatchOptions) {
    this.#options = options
    this.#look()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#looking
    await this.#unwatch()
  }

  #look(): void {
    this.#looking = this.#lookOnce().then(() => {
      if (this.#closed) return
      this.#timer = setTimeout(() => this.#look(), lookMs).unref()
    })
  }

  async #lookOnce(): Promise<void> {
    const inode = await inodeOf(this.#options.folder)
    if (this.#closed || (inode === this.#inode && inode !== null)) return
    this.#inode = inode
    await this.#unwatch()
    if (inode === null) this.#options.onTrouble(`The folder ${this.#options.folder} is not there. It is watched again once it is.`)
    else if (!this.#closed) this.#watch()
  }

  #watch(): void {
    const { folder, isIgnored, onChange, onReady, onTrouble } = this.#options
    const within = (path: string): string => relative(folder, path).split(sep).join('/')
    const watcher = watch(folder, {
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      atomic: false,
      ignored: (path) => {
        const place = within(path)
        return place !== '' && isIgnored(place)
      },
    })
    this.#watcher = watcher
    for (const event of ['add', 'change', 'unlink'] as const)
      watcher.on(event, (path) => {
        if (this.#watcher === watcher) onChange({ path: within(path), change: changes[event] })
      })
    watcher.on('error', (fault) => onTrouble(watchFault(folder, fault)))
    watcher.once('ready', () => {
      if (this.#watcher !== watcher) return
      onTrouble(null)
      onReady()
    })
  }

  async #unwatch(): Promise<void> {
    const watcher = this.#watcher
    this.#watcher = null
    await watcher?.close()
  }
}

function watchFault(folder: string, fault: unknown): string {
  const said = fault instanceof Error ? fault.message : String(fault)
  const isFull = /ENOSPC|EMFILE/.test(said)
  const advice = isFull
    ? 'The system watches no more folders. Watch a smaller folder, or raise its limit (on Linux: fs.inotify.max_user_watches).'
    : 'Changes may be missed.'
  return `${folder} could not be watched: ${advice} (${said})`
}

/** Null where no folder is. */
async function inodeOf(folder: string): Promise<bigint | null> {
  try {
    const found = await stat(folder, { bigint: true })
    return found.isDirectory() ? found.ino : null
  } catch {
    return null
  }
}
