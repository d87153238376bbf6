import { gitFiles } from './git-files.ts'
import { PathTableBuilder, type PathTable } from './path-table.ts'
import { walk } from './walk.ts'

export type IndexLimits = { mostPaths: number; limitMs: number; freshMs: number }

/** So many paths, and so long, before an index says that it does not have all. */
export const usualLimits: IndexLimits = { mostPaths: 500_000, limitMs: 30_000, freshMs: 5_000 }

/** After so many paths a part can be searched already. */
const parts: ReadonlySet<number> = new Set([500, 5_000, 50_000])

/** The paths of one folder, read again when they are asked for and no longer fresh. */
export class FolderIndex {
  readonly #root: string
  readonly #limits: IndexLimits
  #table: PathTable = new PathTableBuilder().table()
  #isWhole = false
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null
  #stop: () => void = () => {}
  #closed = false
  /** How long the last reading took, in milliseconds: a large folder is read less often. */
  #took = 0

  constructor(root: string, limits: IndexLimits) {
    this.#root = root
    this.#limits = limits
  }

  /** What is there now. */
  get table(): PathTable {
    return this.#table
  }

  get state(): { paths: number; building: boolean; whole: boolean } {
    return { paths: this.#table.length, building: this.#readAt === Number.NEGATIVE_INFINITY, whole: this.#isWhole }
  }

  /** Reads the folder where that was not done lately; resolves when it is done, or was not needed. */
  refresh(): Promise<void> {
    const fresh = this.#limits.freshMs * Math.max(1, this.#took / 250)
    if (this.#reading === null && performance.now() - this.#readAt < fresh) return Promise.resolve()
    this.#reading ??= this.#read().finally(() => (this.#reading = null))
    return this.#reading
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  async #read(): Promise<void> {
    const began = performance.now()
    const { builder, whole } = (await this.#fromGit()) ?? (await this.#fromFolder())
    if (this.#closed) return
    this.#table = builder.table()
    this.#isWhole = whole
    this.#readAt = performance.now()
    this.#took = this.#readAt - began
  }

  async #fromGit(): Promise<{ builder: PathTableBuilder; whole: boolean } | null> {
    const builder = new PathTableBuilder()
    const folders = new Folders(builder)
    const { mostPaths, limitMs } = this.#limits
    const ended = await gitFiles(this.#root, {
      limitMs,
      onStart: (stop) => (this.#stop = stop),
      take: (path) => {
        folders.of(path)
        builder.add(path)
        this.#showPart(builder)
        return builder.count < mostPaths
      },
    })
    return ended === 'none' ? null : { builder, whole: ended === 'all' }
  }

  async #fromFolder(): Promise<{ builder: PathTableBuilder; whole: boolean }> {
    const builder = new PathTableBuilder()
    const { mostPaths, limitMs } = this.#limits
    const take = (path: string) => {
      builder.add(path)
      this.#showPart(builder)
      return !this.#closed && builder.count < mostPaths
    }
    return { builder, whole: await walk(this.#root, { take, limitMs }) }
  }

  /** The first time, what was found so far can be searched before all is. */
  #showPart(builder: PathTableBuilder): void {
    if (parts.has(builder.count) && this.#readAt === Number.NEGATIVE_INFINITY) this.#table = builder.table()
  }
}

/** Names each folder on the way to a file once. Files of one folder come one after the other, so the last one is remembered apart. */
class Folders {
  readonly #seen = new Set<string>()
  readonly #builder: PathTableBuilder
  #last: Buffer = Buffer.alloc(0)

  constructor(builder: PathTableBuilder) {
    this.#builder = builder
  }

  of(path: Buffer): void {
    let end = path.lastIndexOf(47)
    if (end < 0 || (end + 1 === this.#last.length && path.subarray(0, end + 1).equals(this.#last))) return
    this.#last = Buffer.from(path.subarray(0, end + 1))
    const text = this.#last.toString('utf8')
    for (end = text.length - 1; end > 0; end = text.lastIndexOf('/', end - 1)) {
      const folder = text.slice(0, end + 1)
      if (this.#seen.has(folder)) return
      this.#seen.add(folder)
      this.#builder.add(folder)
    }
  }
}
