import { systemCode } from '../storage/storage-error.ts'
import type { Database } from '../storage/database.ts'
import { EntryReader, type Finding } from './entry-reader.ts'
import { IndexWriter } from './index-writer.ts'
import { sourceLines } from './source-lines.ts'
import { sessionOf, type Source, type SourceRow } from './source.ts'
import { goesOn, headChange, isCurrent, statOf } from './source-state.ts'

export type Progress = {
  state: 'building' | 'ready'
  /** Bytes of the files that are read in this run, and how many of them are done. */
  done: number
  total: number
  messages: number
}

export type IndexerOptions = {
  database: Database
  onProgress: (progress: Progress) => void
  /** The index cannot be written; nothing more is done until `resume`. */
  onFault: (thrown: unknown) => void
  /** Waits while somebody searches: a reader of the screen comes first. */
  giveWay: () => void
}

const progressMs = 250
const maxReaders = 50

/**
 * Brings the index to what the files say: sources that were touched first, the others from the newest to the oldest. It works in slices
 * on the thread it was made on, remembers with every batch how far it has come, and can be ended at any time.
 */
export class Indexer {
  readonly #options: IndexerOptions
  readonly #writer: IndexWriter
  /** What is to be read, by key; the first comes first. */
  readonly #queue = new Map<string, Source>()
  readonly #touched = new Map<string, Source>()
  readonly #leaving = new Set<SourceRow>()
  /** Readers of files that grow: they know the tools that were called. */
  readonly #readers = new Map<string, EntryReader>()
  readonly #planned = new Map<string, number>()
  #current: string | null = null
  /** Something new was read and is not written yet. */
  #urgent = false
  #again = false
  #held = false
  #isSynced = false
  #closed = false
  #running: Promise<void> | null = null
  #done = 0
  #total = 0
  #reported = 0

  constructor(options: IndexerOptions) {
    this.#options = options
    this.#writer = new IndexWriter(options.database)
    for (const row of this.#writer.rows()) if (row.gone === 1) this.#leaving.add(row)
  }

  /** Messages and titles that are searchable. */
  get messages(): number {
    return this.#writer.messages
  }

  /** All sources that there are; what is indexed and not among them is taken out. */
  sync(sources: readonly Source[]): void {
    this.#isSynced = true
    const known = new Set<string>()
    const stale: { source: Source; mtime: number; bytes: number }[] = []
    for (const source of sources) {
      known.add(source.key)
      const stats = statOf(source.path)
      if (!stats) continue
      const row = this.#writer.row(source)
      if (!isCurrent(row, source, stats)) stale.push({ source, mtime: stats.mtimeMs, bytes: Math.max(0, stats.size - row.bytes) })
    }
    for (const row of this.#writer.rows()) if (!known.has(row.key)) this.#leave(row)
    stale.sort((a, b) => b.mtime - a.mtime)
    for (const { source, bytes } of stale) {
      this.#queue.set(source.key, source)
      this.#planned.set(source.key, bytes)
      this.#total += bytes
    }
    this.#start()
  }

  /** These have changed; they come before all others. */
  touch(sources: readonly Source[]): void {
    for (const source of sources) {
      if (source.key === this.#current) this.#again = true
      this.#touched.set(source.key, source)
    }
    this.#start()
  }

  /** These are no more. */
  remove(keys: readonly string[]): void {
    const gone = new Set(keys)
    for (const key of gone) {
      this.#queue.delete(key)
      this.#touched.delete(key)
    }
    for (const row of this.#writer.rows()) if (gone.has(row.key)) this.#leave(row)
    this.#start()
  }

  /** Neither a session nor its sub-agents are searched any more. */
  removeSession(sessionId: string): void {
    this.remove(Array.from(this.#writer.rows()).flatMap(({ key }) => (sessionOf(key) === sessionId ? [key] : [])))
  }

  /** While held, only what is touched is read. */
  hold(held: boolean): void {
    this.#held = held
    this.#start()
  }

  /** Ends after the slice that is under way, with all of it in the index. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running?.catch(() => {})
  }

  /** Tries again after a fault: what was read and not written is still there. */
  resume(): void {
    this.#start()
  }

  #start(): void {
    if (this.#running || this.#closed) return
    const run = this.#work()
    this.#running = run
    run.then(
      () => (this.#running = null),
      (thrown: unknown) => {
        this.#running = null
        this.#options.onFault(thrown)
      },
    )
  }

  async #work(): Promise<void> {
    await this.#breathe()
    for (let next = this.#next(); next && !this.#closed; next = this.#next()) {
      await this.#index(next)
      this.#done += this.#planned.get(next.key) ?? 0
      this.#planned.delete(next.key)
      if (this.#writer.isFull || (this.#urgent && this.#touched.size === 0)) this.#commit()
    }
    this.#commit()
    for (const row of this.#leaving) if (!this.#closed) await this.#clear(row)
    if (!this.#closed && (this.#touched.size > 0 || (this.#queue.size > 0 && !this.#held))) return this.#work()
    this.#report(true)
    return undefined
  }

  #commit(): void {
    this.#writer.commit()
    this.#urgent = false
  }

  #next(): Source | undefined {
    const [touched] = this.#touched.values()
    if (touched) {
      this.#urgent = true
      this.#touched.delete(touched.key)
      this.#queue.delete(touched.key)
      return touched
    }
    if (this.#held) return undefined
    const [queued] = this.#queue.values()
    if (queued) this.#queue.delete(queued.key)
    return queued
  }

  async #index(source: Source): Promise<void> {
    this.#current = source.key
    try {
      do {
        this.#again = false
        await this.#read(source)
      } while (this.#again && !this.#closed)
    } catch (thrown) {
      // It was moved or removed meanwhile; whoever did that says so.
      if (systemCode(thrown) !== null && !isDatabaseError(thrown)) return
      this.#queue.set(source.key, source)
      throw thrown
    } finally {
      this.#current = null
    }
  }

  async #read(source: Source): Promise<void> {
    const stats = statOf(source.path)
    if (!stats) return
    const row = this.#writer.row(source)
    if (isCurrent(row, source, stats)) return
    if (!goesOn(row, source, stats)) await this.#startAnew(row, source)
    const kind = headChange(row, source)
    Object.assign(row, kind.row, { path: source.path, size: -1 })
    this.#writer.change(row, { title: kind.title })
    const reader = this.#readerOf(source)
    for await (const lines of sourceLines(source.path, source.compressed, row.bytes)) {
      for (const { text, end } of lines) {
        if (text !== null) this.#take(row, source, reader.read(text, row.bytes))
        row.bytes = end
        if (this.#writer.isFull) this.#writer.commit()
      }
      await this.#breathe()
      if (this.#closed) return
      await this.#passTouched(source.key)
    }
    if (this.#again) return
    Object.assign(row, { size: stats.size, mtime: stats.mtimeMs })
    this.#writer.change(row, { title: false })
  }

  /** A long file must not keep a new message waiting. */
  async #passTouched(current: string): Promise<void> {
    const waiting = [...this.#touched.values()].filter(({ key }) => key !== current)
    if (waiting.length === 0) return
    for (const source of waiting) {
      this.#touched.delete(source.key)
      this.#queue.delete(source.key)
      await this.#index(source)
      this.#current = current
    }
    this.#writer.commit()
  }

  #take(row: SourceRow, source: Source, finding: Finding | null): void {
    if (finding === null) return
    if (finding.kind === 'message') {
      if (Number.isNaN(finding.document.at)) return
      this.#writer.add(row, finding.document)
      // A title that the file does not give is as old as what was said last.
      if (source.title !== null) row.at = finding.document.at
    } else if (finding.kind === 'supersede') this.#writer.removeRange(row, finding.from, finding.to)
    else if (source.title === null) this.#takeHead(row, finding)
  }

  #takeHead(row: SourceRow, { title, tags, instance, folder, at }: Extract<Finding, { kind: 'head' }>): void {
    if (title !== undefined || tags !== undefined) row.at = at
    row.title = title ?? row.title
    row.tags = tags === undefined ? row.tags : JSON.stringify(tags)
    row.instance = instance === undefined ? row.instance : instance
    row.folder = folder === undefined ? row.folder : folder
    this.#writer.change(row, { title: title !== undefined || tags !== undefined })
  }

  async #startAnew(row: SourceRow, source: Source): Promise<void> {
    this.#readers.delete(row.key)
    if (row.bytes > 0) while (this.#writer.removeSome(row)) await this.#breathe()
    this.#writer.reset(row, source)
  }

  #leave(row: SourceRow): void {
    if (row.gone === 0) this.#writer.hide(row)
    this.#leaving.add(row)
  }

  async #clear(row: SourceRow): Promise<void> {
    while (this.#writer.removeSome(row)) {
      await this.#breathe()
      if (this.#closed || this.#touched.size > 0) return
    }
    this.#leaving.delete(row)
    this.#readers.delete(row.key)
    this.#writer.forget(row)
  }

  #readerOf({ key, kind }: Source): EntryReader {
    const reader = this.#readers.get(key) ?? new EntryReader(kind)
    this.#readers.delete(key)
    this.#readers.set(key, reader)
    const oldest = this.#readers.keys().next()
    if (this.#readers.size > maxReaders && !oldest.done) this.#readers.delete(oldest.value)
    return reader
  }

  async #breathe(): Promise<void> {
    this.#report(false)
    await new Promise((resolve) => setImmediate(resolve))
    this.#options.giveWay()
  }

  #report(finished: boolean): void {
    const now = performance.now()
    if (!finished && now - this.#reported < progressMs) return
    this.#reported = now
    const idle = finished && !this.#closed && this.#queue.size === 0
    if (idle) this.#done = this.#total = 0
    const state = this.#isSynced && (idle || this.#total === 0) ? 'ready' : 'building'
    this.#options.onProgress({ state, done: Math.min(this.#done, this.#total), total: this.#total, messages: this.#writer.messages })
  }
}

function isDatabaseError(thrown: unknown): boolean {
  return systemCode(thrown) === 'ERR_SQLITE_ERROR'
}
