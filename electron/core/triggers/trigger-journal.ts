import { rm, stat } from 'node:fs/promises'
import { AppendLog } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { parseJson } from '../storage/parse-json.ts'
import { readLines } from '../storage/read-lines.ts'
import { systemCode } from '../storage/storage-error.ts'
import { journalEntrySchema, type FiringRecord, type JournalEntry } from './journal-entry.ts'
import { JournalFold } from './journal-fold.ts'

export type JournalLimits = {
  /** A file is written anew when it has grown by so much; then it holds its newest firings, so many, and those that are not over. */
  mostBytes: number
  keptFirings: number
}

const usual: JournalLimits = { mostBytes: 2_000_000, keptFirings: 500 }

/** One trigger's firings on disk: what is appended is synced before anything comes of it. */
export class TriggerJournal {
  readonly state: JournalFold
  readonly #path: string
  readonly #disk: DiskWatch
  readonly #limits: JournalLimits
  #log: AppendLog
  #bytes: number
  #rewriteAt: number
  #rewriting: Promise<void> | null = null

  private constructor(
    path: string,
    found: { state: JournalFold; bytes: number; unread: number },
    { disk, limits }: { disk: DiskWatch; limits: JournalLimits },
  ) {
    this.#path = path
    this.#disk = disk
    this.#limits = limits
    this.#log = new AppendLog(path)
    this.state = found.state
    this.#bytes = found.bytes
    // What cannot be read now may be by a newer version: it stays.
    this.#rewriteAt = found.unread > 0 ? Number.POSITIVE_INFINITY : limits.mostBytes
  }

  /** Reads what is there. Lines that cannot be understood are passed over and stay in the file. */
  static async open(path: string, options: { disk: DiskWatch; limits?: Partial<JournalLimits> }): Promise<TriggerJournal> {
    const state = new JournalFold()
    const unread = await foldFile(path, state)
    const bytes = await sizeOf(path)
    return new TriggerJournal(path, { state, bytes, unread }, { disk: options.disk, limits: { ...usual, ...options.limits } })
  }

  /** Resolves once all of it is on disk, and counts from then on. Throws DISK_FULL and its like, and then none of it counts. */
  async append(...entries: readonly JournalEntry[]): Promise<void> {
    // Nothing may come between this look and the write.
    while (this.#rewriting !== null) await this.#rewriting
    const lines = entries.map((entry) => JSON.stringify(entry))
    await this.#disk.write(() => Promise.all(lines.map((line) => this.#log.append(line, { sync: true }))))
    for (const entry of entries) this.state.apply(entry)
    this.#bytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    if (this.#bytes > this.#rewriteAt) this.#rewriting ??= this.#rewrite()
  }

  /** The newest first, those before `before`; `more`: there are older ones. */
  async page({ before, limit }: { before: string | null; limit: number }): Promise<{ firings: FiringRecord[]; more: boolean }> {
    await this.#rewriting
    const all = new JournalFold({ keepsAll: true })
    await foldFile(this.#path, all)
    const newestFirst = [...all.firings.values()].toReversed()
    const at = before === null ? 0 : newestFirst.findIndex(({ id }) => id === before) + 1
    // What the cursor stood at is gone with all before it.
    if (before !== null && at === 0) return { firings: [], more: false }
    return { firings: newestFirst.slice(at, at + limit), more: newestFirst.length > at + limit }
  }

  async close(): Promise<void> {
    await this.#rewriting
    await this.#log.close()
  }

  /** Closes it and deletes the file. */
  async remove(): Promise<void> {
    await this.close()
    await rm(this.#path, { force: true })
  }

  async #rewrite(): Promise<void> {
    const { mostBytes, keptFirings } = this.#limits
    try {
      await this.#log.close()
      const all = new JournalFold({ keepsAll: true })
      await foldFile(this.#path, all)
      const firings = [...all.firings.values()]
      const kept = firings.filter(({ isOver }, index) => !isOver || index >= firings.length - keptFirings)
      // Sums come last: the firings before them are counted in them already.
      const entries = [...kept.map((firing) => ({ type: 'fired' as const, firing })), all.sums()]
      await writeFileAtomic(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
      this.#bytes = await sizeOf(this.#path)
      this.#rewriteAt = this.#bytes + mostBytes
    } catch {
      // The old file is whole and goes on growing; the next append says what is wrong with the disk.
      this.#rewriteAt = this.#bytes + mostBytes
    } finally {
      this.#log = new AppendLog(this.#path)
      this.#rewriting = null
    }
  }
}

/** Answers how many lines could not be understood. */
async function foldFile(path: string, fold: JournalFold): Promise<number> {
  let unread = 0
  try {
    for await (const lines of readLines(path)) {
      for (const { text } of lines) {
        const entry = journalEntrySchema.safeParse(parseJson(text)).data
        if (entry) fold.apply(entry)
        else unread += 1
      }
    }
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown
  }
  return unread
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}
