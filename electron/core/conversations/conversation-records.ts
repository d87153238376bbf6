import type { ConversationFolders, Place } from './conversation-folders.ts'
import { byNewest, newestOf, type Position } from './conversation-list.ts'
import { ConversationRecord, glanceOf, type ConversationPlace, type Glance } from './conversation-record.ts'
import type { SummaryIndex } from './summary-cache.ts'

/** What is there of a row of the summaries that no record was made of. */
const gone = 0
const active = 1
const archived = 2

type Told = Position & { row: number }

/**
 * The records of all active and archived conversations. Of those that the summaries tell of, a record is made when somebody asks for it:
 * making a hundred thousand of them would keep everybody waiting at a start.
 */
export class ConversationRecords {
  readonly #folders: ConversationFolders
  readonly #index: SummaryIndex | null
  readonly #made = new Map<string, ConversationRecord>()
  readonly #rows: Uint8Array
  /** The rows of those whose files were there at the start. */
  readonly #found: Uint8Array
  #left = 0
  /** No row before this one is without a record. */
  #next = 0

  constructor(folders: ConversationFolders, index: SummaryIndex | null) {
    this.#folders = folders
    this.#index = index
    this.#rows = new Uint8Array(index?.size ?? 0)
    this.#found = new Uint8Array(index?.size ?? 0)
  }

  /** The file of this row's conversation is there. */
  found(row: number, isArchived: boolean): void {
    if (this.#rows[row] === gone) this.#left += 1
    this.#rows[row] = isArchived ? archived : active
    this.#found[row] = 1
  }

  /** Whether summaries tell of any. */
  get isTold(): boolean {
    return this.#index !== null
  }

  /** As many as there are. */
  get size(): number {
    return this.#made.size + this.#left
  }

  has(id: string): boolean {
    return this.#made.has(id) || this.#rowOf(id) !== null
  }

  /** `expected`: the row where the summaries are likely to tell of it. */
  get(id: string, expected?: number): ConversationRecord | undefined {
    const made = this.#made.get(id)
    if (made) return made
    const row = this.#rowOf(id, expected)
    return row === null ? undefined : this.#make(id, row)
  }

  set(id: string, record: ConversationRecord): void {
    const row = this.#rowOf(id)
    if (row !== null) this.#settle(row)
    this.#made.set(id, record)
  }

  delete(id: string): void {
    const row = this.#rowOf(id)
    if (row !== null) this.#settle(row)
    this.#made.delete(id)
  }

  /** Those that somebody asked for, or that the summaries do not tell of. */
  made(): Iterable<ConversationRecord> {
    return this.#made.values()
  }

  /** All. Their records are made one after the other, so whoever takes them in slices holds nobody up. */
  *all(): Generator<ConversationRecord, void, void> {
    this.#makeNext()
    for (const record of this.#made.values()) {
      // One is always ahead, so that this ends with the last one.
      this.#makeNext()
      yield record
    }
  }

  /** Those of these that there are. */
  some(ids: readonly string[]): ConversationRecord[] {
    return [...new Set(ids)].flatMap((id) => this.get(id) ?? [])
  }

  /** A page of the active ones, as far as is known when each changed last. */
  newest(filter: { cursor?: string | undefined; limit: number }): { items: ConversationRecord[]; nextCursor: string | null } {
    const { items, nextCursor } = this.#fromNewest(filter) ?? newestOf(this.#positions(this.#told()), filter)
    const records = items.map((one) => (one instanceof ConversationRecord ? one : this.get(one.id, one.row)))
    return { items: records.filter((one) => one !== undefined), nextCursor }
  }

  /** What is known of all without reading a head. */
  *glances(): Generator<Glance, void, void> {
    for (const record of this.#made.values()) yield glanceOf(record)
    for (const [id, row, index] of this.#told()) {
      yield { id, state: this.#rows[row] === archived ? 'archived' : 'active', instanceId: index.instanceOf(row) }
    }
  }

  /** The sessions that each holds or held, as the summaries tell of all whose files were found; this stays the same. */
  *toldSessions(): Generator<{ id: string; sessions: readonly string[] }, void, void> {
    if (!this.#index) return
    for (const [row, isFound] of this.#found.entries()) {
      if (isFound === 1) yield { id: this.#index.idOf(row), sessions: this.#index.sessionsOf(row) }
    }
  }

  /** The same of one. */
  toldSessionsOf(id: string): readonly string[] {
    const row = this.#index?.rowOf(id)
    return this.#index && row !== undefined && this.#found[row] === 1 ? this.#index.sessionsOf(row) : []
  }

  /** Where their files lie. */
  *places(): Generator<ConversationPlace, void, void> {
    for (const { id, place } of this.#made.values()) yield { id, path: place.path, compressed: place.compressed }
    for (const [id, row] of this.#told()) {
      const { path, compressed } = this.#placeOf(id, row)
      yield { id, path, compressed }
    }
  }

  /** The page, where those that changed last fill it: all others are older. */
  #fromNewest(filter: { cursor?: string | undefined; limit: number }): ReturnType<typeof newestOf<ConversationRecord | Told>> | null {
    if (!this.#index || this.#left === 0) return null
    const rows = this.#index.newest.filter((row) => this.#rows[row] !== gone)
    const oldest = this.#index.newest.at(-1)
    const page = newestOf(this.#positions(this.#told(rows)), filter)
    const last = page.items.at(-1)
    if (oldest === undefined || !last || page.nextCursor === null) return null
    const floor = { id: this.#index.idOf(oldest), updatedAt: this.#index.updatedAt(oldest) }
    return byNewest(last, floor) <= 0 ? page : null
  }

  /** When each of the active ones changed last, as far as that is known; of those without a record, these. */
  *#positions(told: Iterable<[id: string, row: number, index: SummaryIndex]>): Generator<ConversationRecord | Told, void, void> {
    for (const record of this.#made.values()) if (!record.place.compressed) yield record
    for (const [id, row, index] of told) if (this.#rows[row] === active) yield { id, row, updatedAt: index.updatedAt(row) }
  }

  /** What has no record; `rows`: of these alone. */
  *#told(rows?: readonly number[]): Generator<[id: string, row: number, index: SummaryIndex], void, void> {
    if (!this.#index || this.#left === 0) return
    if (rows) for (const row of rows) yield [this.#index.idOf(row), row, this.#index]
    else {
      for (let row = this.#next; row < this.#rows.length; row += 1) {
        if (this.#rows[row] !== gone) yield [this.#index.idOf(row), row, this.#index]
      }
    }
  }

  #rowOf(id: string, expected?: number): number | null {
    if (!this.#index || this.#left === 0) return null
    const row = this.#index.rowOf(id, expected)
    return row === undefined || this.#rows[row] === gone ? null : row
  }

  #makeNext(): void {
    if (!this.#index || this.#left === 0) return
    while (this.#next < this.#rows.length && this.#rows[this.#next] === gone) this.#next += 1
    if (this.#next < this.#rows.length) this.#make(this.#index.idOf(this.#next), this.#next)
  }

  #make(id: string, row: number): ConversationRecord {
    const record = new ConversationRecord(id, this.#placeOf(id, row))
    if (this.#index) record.tellBy(this.#index, row)
    this.#settle(row)
    this.#made.set(id, record)
    return record
  }

  #placeOf(id: string, row: number): Place {
    return this.#rows[row] === archived ? this.#folders.archived(id) : this.#folders.active(id)
  }

  #settle(row: number): void {
    this.#rows[row] = gone
    this.#left -= 1
  }
}
