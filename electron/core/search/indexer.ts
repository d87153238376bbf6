import { systemCode } from '../storage/storage-error.ts'
import type { Database } from '../storage/database.ts'
import { EntryTaker } from './entry-taker.ts'
import { IndexQueue } from './index-queue.ts'
import { IndexWriter } from './index-writer.ts'
import { reinstatedDocuments } from './reinstated.ts'
import { printOf, sourceLines, textParts } from './source-lines.ts'
import { sessionOf, type Source, type SourceRow } from './source.ts'
import { goesOn, headChange, isCurrent, statOf } from './source-state.ts'
import { WordOrder } from './word-order.ts'
import { breathe } from '../storage/breathe.ts'

export type Progress = {
  /** `tidying`: everything is searchable, and is being put in order. */
  state: 'building' | 'tidying' | 'ready'
  /** Bytes of the files that are read in this run, and how many of them are done. */
  done: number
  total: number
  messages: number
  /** Messages of which only the beginning is searchable, or nothing. */
  cut: number
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

/**
 * Brings the index to what the files say: sources that were touched first, the others from the newest to the oldest. It works in slices
 * on the thread it was made on, remembers with every batch how far it has come, and can be ended at any time.
 */
export class Indexer {
  readonly #options: IndexerOptions
  readonly #writer: IndexWriter
  readonly #taker: EntryTaker
  readonly #order: WordOrder
  readonly #queue = new IndexQueue()
  readonly #leaving = new Set<SourceRow>()
  /** Sessions that are to go once all that was touched is in the index. */
  readonly #sessionsLeft = new Set<string>()
  /** Something new was read and is not written yet. */
  #urgent = false
  #held = false
  #isSynced = false
  #closed = false
  #running: Promise<void> | null = null
  #reported = 0

  constructor(options: IndexerOptions) {
    this.#options = options
    this.#writer = new IndexWriter(options.database)
    this.#taker = new EntryTaker(this.#writer)
    this.#order = new WordOrder(options.database)
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
    for (const { source, bytes } of stale) this.#queue.plan(source, bytes)
    this.#start()
  }

  /** These have changed; they come before all others. */
  touch(sources: readonly Source[]): void {
    for (const source of sources) this.#queue.touch(source)
    this.#start()
  }

  /** These are no more. */
  remove(keys: readonly string[]): void {
    const gone = new Set(keys)
    for (const key of gone) this.#queue.drop(key)
    for (const row of this.#writer.rows()) if (gone.has(row.key)) this.#leave(row)
    this.#start()
  }

  /**
   * Neither a session nor its sub-agents are searched any more. What was touched is read before that: the conversation that holds the
   * session now may be among it, and no word of it is missing meanwhile.
   */
  removeSession(sessionId: string): void {
    this.#sessionsLeft.add(sessionId)
    this.#start()
  }

  /** While held, only what is touched is read. */
  hold(held: boolean): void {
    this.#held = held
    this.#queue.hold(held)
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
    do {
      await this.#readAll()
      for (const row of this.#leaving) if (!this.#closed && !this.#queue.hasTouched) await this.#clear(row)
      if (this.#isSynced && !this.#held) await this.#tidy()
    } while (this.#queue.hasNext && !this.#closed)
    this.#report(true)
  }

  async #readAll(): Promise<void> {
    for (let next = this.#queue.next(); next && !this.#closed; next = this.#queue.next()) {
      if (next.touched) this.#urgent = true
      await this.#index(next.source)
      if (this.#writer.isFull || (this.#urgent && !this.#queue.hasTouched)) this.#commit()
    }
    this.#commit()
  }

  #commit(): void {
    this.#writer.commit()
    this.#urgent = false
    if (this.#sessionsLeft.size > 0 && !this.#queue.hasTouched) this.#leaveSessions()
  }

  #leaveSessions(): void {
    const keys = Array.from(this.#writer.rows()).flatMap(({ key }) => (this.#sessionsLeft.has(sessionOf(key) ?? '') ? [key] : []))
    this.#sessionsLeft.clear()
    this.remove(keys)
  }

  async #index(source: Source): Promise<void> {
    const end = this.#queue.begin(source)
    try {
      do {
        this.#queue.beginAgain()
        await this.#read(source)
      } while (this.#queue.isCurrentTouched && !this.#closed)
    } catch (thrown) {
      // It was moved or removed meanwhile; whoever did that says so.
      if (systemCode(thrown) !== null && !isDatabaseError(thrown)) return
      this.#queue.plan(source, 0)
      throw thrown
    } finally {
      end()
    }
  }

  async #read(source: Source): Promise<void> {
    const stats = statOf(source.path)
    if (!stats) return
    const row = this.#writer.row(source)
    if (isCurrent(row, source, stats)) return
    if (!goesOn(row, source, stats)) await this.#startAnew(row, source)
    const head = headChange(row, source)
    Object.assign(row, head.row, { path: source.path, size: -1 })
    this.#writer.change(row, { title: head.title })
    const read = source.output ? textParts : sourceLines
    for await (const lines of read(source.path, source.compressed, row.bytes)) {
      for (const { text, end } of lines) {
        this.#taker.take(row, source, text)
        row.bytes = end
        if (this.#writer.isFull) this.#writer.commit()
      }
      // It may be read on before it is written: without its print it would begin anew, and not be found until it is through.
      row.tail = printOf(row)
      await this.#breathe()
      if (this.#closed) return
      if (this.#taker.hasReinstated(row)) await this.#readReinstated(row, source)
      await this.#passTouched()
    }
    if (this.#queue.isCurrentTouched) return
    Object.assign(row, { size: stats.size, mtime: stats.mtimeMs })
    this.#writer.change(row, { title: false })
  }

  /** What came back to the thread had left the index. */
  async #readReinstated(row: SourceRow, source: Source): Promise<void> {
    for await (const documents of reinstatedDocuments(source, row.bytes)) {
      for (const document of documents) if (!Number.isNaN(document.at)) this.#writer.add(row, document)
      await this.#breathe()
    }
  }

  /** A long file must not keep a new message waiting. */
  async #passTouched(): Promise<void> {
    const waiting = this.#queue.touchedBeside()
    for (const source of waiting) await this.#index(source)
    if (waiting.length > 0) this.#writer.commit()
  }

  async #startAnew(row: SourceRow, source: Source): Promise<void> {
    this.#taker.forget(row.key)
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
      if (this.#closed || this.#queue.hasTouched) return
    }
    this.#leaving.delete(row)
    this.#taker.forget(row.key)
    this.#writer.forget(row)
  }

  /** Once there is nothing else to do, and only as long as that is so. */
  async #tidy(): Promise<void> {
    while (!this.#closed && !this.#queue.hasNext && this.#order.isNeeded) {
      this.#queue.endRun()
      this.#order.step()
      await this.#breathe('tidying')
    }
  }

  async #breathe(state?: Progress['state']): Promise<void> {
    this.#report(false, state)
    await breathe()
    this.#options.giveWay()
  }

  #report(finished: boolean, state?: Progress['state']): void {
    const now = performance.now()
    if (!finished && now - this.#reported < progressMs) return
    this.#reported = now
    const idle = finished && !this.#closed && this.#queue.isEmpty
    if (idle) this.#queue.endRun()
    const { done, total } = this.#queue.progress
    const isRead = this.#isSynced && (idle || total === 0)
    const { messages, cut } = this.#writer
    this.#options.onProgress({ state: state ?? (isRead ? 'ready' : 'building'), done, total, messages, cut })
  }
}

function isDatabaseError(thrown: unknown): boolean {
  return systemCode(thrown) === 'ERR_SQLITE_ERROR'
}
