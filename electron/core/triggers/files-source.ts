import { join, matchesGlob } from 'node:path/posix'
import { join as joinHere } from 'node:path'
import { FolderWatch, type FolderChange } from './folder-watch.ts'
import type { Payload } from './payload.ts'

/** A trigger's eyes: tells what happens, until it is closed. */
export type Source = {
  /** Why it sees nothing now, for the user. */
  readonly trouble: string | null
  close: () => Promise<void>
}

export type FilesOn = { folder: string; glob: string; debounceMs: number }
export type FilesSourceOptions = {
  on: FilesOn
  now: () => number
  /** `since`: when the first of these files has changed. */
  onFiles: (payload: Payload, since: number) => void
  onTrouble: () => void
}

/** More paths are counted only. */
const mostPaths = 1_000
/** Where files change all the time, it fires all the same, so often. */
const mostWaitMs = 10_000
/** Others write here all the time; a pattern that names them means them. */
const seldomMeant = ['.git', 'node_modules']

/** Files that match a pattern below a folder: those that have changed until nothing changed for a while, together. */
export class FilesSource implements Source {
  readonly #options: FilesSourceOptions
  readonly #watch: FolderWatch
  readonly #prefix: string
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
    // Only what the pattern can mean is watched.
    this.#prefix = fixedPart(glob)
    const isIgnored = (path: string): boolean => isPassedOver(path, glob)
    this.#watch = new FolderWatch({
      folder: joinHere(folder, this.#prefix),
      isIgnored,
      onChange: (change) => this.#changed(change),
      onReady: () => {},
      onTrouble: (message) => {
        this.trouble = message
        options.onTrouble()
      },
    })
  }

  /** What has been seen and not told is dropped. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#watch.close()
  }

  #changed({ path: below, change }: FolderChange): void {
    const path = join(this.#prefix, below)
    const { glob, debounceMs } = this.#options.on
    if (this.#closed || !matchesGlob(path, glob)) return
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

/** Whether nothing is looked for below this path, relative to the folder. */
export function isPassedOver(path: string, glob: string): boolean {
  return seldomMeant.some((name) => !glob.includes(name) && path.split('/').includes(name))
}

/** The folders that a pattern begins with, without any of its signs. */
export function fixedPart(glob: string): string {
  const parts = glob.split('/')
  const first = parts.findIndex((part) => /[*?[\]{}()!+@\\]/.test(part))
  return parts.slice(0, first < 0 ? -1 : first).join('/')
}
