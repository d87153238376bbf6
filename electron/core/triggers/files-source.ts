import type { FolderWatches } from './folder-watches.ts'
import type { Payload } from './payload.ts'
import type { FolderChange } from './worker-protocol.ts'

/** A trigger's eyes: tells what happens, until it is closed. */
export type Source = {
  /** Why it sees nothing now, for the user. */
  readonly trouble: string | null
  close: () => Promise<void>
}

export type FilesOn = { folder: string; glob: string; debounceMs: number }
export type FilesSourceOptions = {
  on: FilesOn
  watches: FolderWatches
  now: () => number
  /** `since`: when the first of these files has changed. */
  onFiles: (payload: Payload, since: number) => void
  onTrouble: () => void
}

/** More paths are counted only. */
const mostPaths = 1_000
/** Where files change all the time, it fires all the same, so often. */
const mostWaitMs = 10_000

/** Files that match a pattern below a folder: those that have changed until nothing changed for a while, together. */
export class FilesSource implements Source {
  readonly #options: FilesSourceOptions
  readonly #unwatch: () => void
  readonly #changes = new Map<string, FolderChange['change']>()
  #count = 0
  #since = 0
  #latest = 0
  #timer: NodeJS.Timeout | null = null
  #closed = false
  trouble: string | null = null

  constructor(options: FilesSourceOptions) {
    this.#options = options
    const { folder, glob } = options.on
    this.#unwatch = options.watches.watch(
      { kind: 'files', folder, glob },
      {
        onChange: (change) => this.#changed(change),
        onTrouble: (message) => {
          this.trouble = message
          options.onTrouble()
        },
      },
    )
  }

  /** What has been seen and not told is dropped. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#unwatch()
  }

  #changed({ path, change }: FolderChange): void {
    const { debounceMs } = this.#options.on
    if (this.#closed) return
    const now = this.#options.now()
    if (this.#timer === null) {
      this.#since = now
      this.#wait(debounceMs)
    }
    this.#latest = now
    this.#note(path, change)
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#quiet(), ms).unref()
  }

  /** Tells them unless more has come meanwhile, and then after a while all the same. */
  #quiet(): void {
    const { debounceMs } = this.#options.on
    const now = this.#options.now()
    const until = Math.min(this.#latest + debounceMs, this.#since + Math.max(mostWaitMs, 2 * debounceMs))
    // Between the two the clock may have been set.
    if (until > now && until - now <= debounceMs) this.#wait(until - now)
    else this.#tell()
  }

  #note(path: string, change: FolderChange['change']): void {
    const before = this.#changes.get(path)
    if (before === undefined) {
      this.#count += 1
      if (this.#changes.size >= mostPaths) return
    }
    // One that came and was written to has come; one that went and came back has changed.
    if (before === 'added' && change === 'changed') return
    this.#changes.set(path, before === 'removed' && change === 'added' ? 'changed' : change)
  }

  #tell(): void {
    this.#timer = null
    const of = (change: FolderChange['change']) => [...this.#changes].flatMap(([path, one]) => (one === change ? [path] : []))
    const payload = {
      folder: this.#options.on.folder,
      paths: [...this.#changes.keys()],
      added: of('added'),
      changed: of('changed'),
      removed: of('removed'),
      count: this.#count,
    }
    this.#changes.clear()
    this.#count = 0
    this.#options.onFiles(payload, this.#since)
  }
}
