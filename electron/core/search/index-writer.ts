import { z } from 'zod'
import type { Database } from '../storage/database.ts'
import { addLongWords, extraOf, facetsOf, type Document } from './documents.ts'
import { idOfTime, idsPerMs } from './schema.ts'
import { sourceRowSchema, type Source, type SourceRow } from './source.ts'
import { printOf } from './source-lines.ts'

/** A batch is written when it has so many messages or characters: it is what a new message may have to wait for. */
const batchMessages = 4_000
const batchCharacters = 5_000_000
const maxSeenWords = 150_000
const titleSeq = -1
const removeAtOnce = 500

/** Adds to the index and takes from it. What is added waits until `commit`, with how far each source was read. */
export class IndexWriter {
  readonly #database: Database
  readonly #rows: Map<string, SourceRow>
  readonly #changed = new Map<SourceRow, { title: boolean }>()
  #documents: { row: SourceRow; document: Document }[] = []
  #characters = 0
  #words = new Set<string>()
  /** Words that are in the index for sure; forgotten when there are too many. */
  readonly #seen = new Set<string>()
  #lastId: number
  #total: number

  constructor(database: Database) {
    this.#database = database
    this.#rows = new Map(database.all(sourceRowSchema, 'SELECT * FROM source').map((row) => [row.key, row]))
    this.#lastId = database.number('SELECT coalesce(max(id), 0) FROM source')
    this.#total = database.number('SELECT messages FROM total')
  }

  readonly #isKnown = (word: string): boolean => this.#seen.has(word) || this.#words.has(word)

  /** Messages and titles that are searchable. */
  get messages(): number {
    return this.#total
  }

  /** Messages of which only the beginning is searchable, or nothing. */
  get cut(): number {
    let cut = 0
    for (const row of this.#rows.values()) if (row.gone === 0) cut += row.cut
    return cut
  }

  get isFull(): boolean {
    return this.#documents.length >= batchMessages || this.#characters >= batchCharacters
  }

  rows(): Iterable<SourceRow> {
    return this.#rows.values()
  }

  /** What is known of a source; an empty row when nothing is. */
  row(source: Source): SourceRow {
    const known = this.#rows.get(source.key)
    if (known && known.gone === 0) return known
    const row = emptyRow((this.#lastId += 1), source)
    this.#rows.set(source.key, row)
    return row
  }

  add(row: SourceRow, document: Document): void {
    if (document.cut) row.cut += 1
    this.#characters += document.text.length
    this.#documents.push({ row, document })
    // A word that was cut out of a text would keep the whole text in memory.
    addLongWords(document.text, this.#isKnown, (word) => this.#words.add(Buffer.from(word).toString()))
    this.change(row, { title: false })
  }

  /** A message that is too long to be read. */
  passOver(row: SourceRow): void {
    row.cut += 1
    this.change(row, { title: false })
  }

  /** The row has changed, and with `title` what its title says. */
  change(row: SourceRow, { title }: { title: boolean }): void {
    this.#changed.set(row, { title: title || (this.#changed.get(row)?.title ?? false) })
  }

  /** Takes messages that were replaced out of the index. */
  removeRange(row: SourceRow, from: number, to: number): void {
    this.#documents = this.#documents.filter(({ row: of, document: { seq } }) => of !== row || seq < from || seq > to)
    const removed = this.#database.run('DELETE FROM message WHERE source = ? AND seq BETWEEN ? AND ?', row.id, Math.max(0, from), to)
    if (removed > 0) this.#count(-removed)
  }

  /** Takes a part of a source's rows out; false once there are none left. Call it until then. */
  removeSome(row: SourceRow): boolean {
    if (this.#documents.some(({ row: of }) => of === row)) this.#documents = this.#documents.filter(({ row: of }) => of !== row)
    const removed = this.#database.transaction(() => {
      const count = this.#database.run(
        'DELETE FROM message WHERE id IN (SELECT id FROM message WHERE source = ? ORDER BY seq LIMIT ?)',
        row.id,
        removeAtOnce,
      )
      this.#count(-count)
      return count
    })
    return removed > 0
  }

  /** Begins a source anew; its rows must be gone. */
  reset(row: SourceRow, source: Source): void {
    Object.assign(row, emptyRow(row.id, source))
    this.change(row, { title: true })
  }

  /** Nothing of it is found any more, at once; its rows can go later. */
  hide(row: SourceRow): void {
    row.gone = 1
    this.#database.run('UPDATE source SET gone = 1 WHERE id = ?', row.id)
  }

  /** Forgets a source whose rows are gone. */
  forget(row: SourceRow): void {
    this.#changed.delete(row)
    if (this.#rows.get(row.key) === row) this.#rows.delete(row.key)
    this.#database.run('DELETE FROM source WHERE id = ?', row.id)
  }

  /** Writes all that waits, or nothing of it. */
  commit(): void {
    if (this.#changed.size === 0) return
    for (const row of this.#changed.keys()) row.tail = printOf(row)
    this.#database.transaction(() => {
      this.#replaceTitles()
      this.#stage()
      const added = this.#database.run('INSERT OR IGNORE INTO message SELECT * FROM staged ORDER BY id')
      this.#database.run('DELETE FROM staged')
      this.#count(added)
      this.#addWords()
      for (const row of this.#changed.keys()) this.#save(row)
    })
    this.#changed.clear()
    this.#documents = []
    this.#characters = 0
  }

  #replaceTitles(): void {
    const renamed = [...this.#changed].flatMap(([row, { title }]) => (title ? [row] : []))
    if (renamed.length === 0) return
    const ids = JSON.stringify(renamed.map(({ id }) => id))
    const removed = this.#database.run('DELETE FROM message WHERE seq = ? AND source IN (SELECT value FROM json_each(?))', titleSeq, ids)
    this.#count(-removed)
    for (const row of renamed) if (hasTitle(row)) this.#documents.push({ row, document: titleOf(row) })
  }

  #stage(): void {
    const next = new Map<number, number>()
    for (const { row, document } of this.#documents) {
      const { messageId, seq, role, at, text } = document
      const id = this.#freeId(at, next)
      const extra = extraOf(document)
      this.#database.run(
        'INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        id,
        row.id,
        messageId,
        seq,
        role,
        at,
        text,
        extra,
        facetsOf(document, row.id),
      )
    }
  }

  /** An id of this time, or of the next moment that has one left. */
  #freeId(at: number, next: Map<number, number>): number {
    for (let ms = at; ; ms += 1) {
      const first = idOfTime(ms)
      const free = next.get(first) ?? this.#database.number(newestOfTime, first - 1, first, first + idsPerMs - 1) + 1
      next.set(first, free + 1)
      if (free < first + idsPerMs) return free
    }
  }

  #addWords(): void {
    if (this.#seen.size > maxSeenWords) this.#seen.clear()
    for (const word of this.#words) {
      this.#seen.add(word)
      this.#database.run('INSERT INTO staged_word VALUES (?)', word)
    }
    this.#words = new Set()
    this.#database.run('INSERT OR IGNORE INTO word (text) SELECT text FROM staged_word')
    this.#database.run('DELETE FROM staged_word')
  }

  #save(row: SourceRow): void {
    const { id, key, kind, title, tags, instance, folder, archived, path, bytes, size, mtime, tail, at, cut, gone } = row
    this.#database.run(
      `INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      key,
      kind,
      title,
      tags,
      instance,
      folder,
      archived,
      path,
      bytes,
      size,
      mtime,
      tail,
      at,
      cut,
      gone,
    )
  }

  #count(change: number): void {
    if (change === 0) return
    this.#database.run('UPDATE total SET messages = messages + ?, loose = loose + ?', change, Math.abs(change))
    this.#total += change
  }
}

const newestOfTime = 'SELECT coalesce(max(id), ?) FROM message WHERE id BETWEEN ? AND ?'

/** Rows in the index as it says itself, and as they are: a difference means that somebody else has changed it. */
export function countsOf(database: Database): { said: number; there: number } {
  return { said: database.number('SELECT messages FROM total'), there: database.number('SELECT count(*) FROM message') }
}

function emptyRow(id: number, { key, kind, title, folder, archived, path }: Source): SourceRow {
  return {
    id,
    key,
    kind,
    title: title ?? '',
    tags: '[]',
    instance: null,
    folder,
    archived: archived ? 1 : 0,
    path,
    bytes: 0,
    size: -1,
    mtime: 0,
    tail: '',
    at: 0,
    cut: 0,
    gone: 0,
  }
}

/** A sub-agent's transcript has the title of its session, which is found there. */
function hasTitle({ key, title, tags }: SourceRow): boolean {
  return (title !== '' || tags !== '[]') && key.split(':').length < 3
}

function titleOf({ title, tags, at }: SourceRow): Document {
  const words = z.array(z.string()).parse(JSON.parse(tags))
  return { messageId: null, seq: titleSeq, role: 'title', at, text: [title, ...words].join('\n'), tools: [], cut: false }
}
