import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { conversationSchema, type Conversation } from '../../../shared/domain/conversation.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { breathe } from '../storage/breathe.ts'
import { parseJson } from '../storage/parse-json.ts'
import { Newest, type Position } from './conversation-list.ts'
import { sessionsOf } from './session-owners.ts'

/** What is known of a conversation's file without reading it, as long as its size and time stay. */
export type Summary = { size: number; mtimeMs: number; lastMessageSeq: number; conversation: Conversation }

/** The part of it that a start needs of every conversation; `offset` and `length`: where its head lies among the summaries, in bytes. */
export type Brief = {
  size: number
  mtimeMs: number
  lastMessageSeq: number
  updatedAt: string
  instanceId: string | null
  offset: number
  length: number
  /** CRC-32 of its head. */
  check: number
}

/**
 * The file: a line for each head, then the index as one line, then a line of a fixed length that says where the index lies. A start
 * reads the index alone: its columns are long texts, each cut into values when somebody asks for one of them.
 */
const endBytes = 160
const endSchema = z.object({ version: z.literal(4), save: z.string(), indexAt: z.int(), indexBytes: z.int(), check: z.int() })
const columnNames = ['ids', 'sizes', 'times', 'seqs', 'updated', 'offsets', 'lengths', 'checks', 'instances', 'sessions'] as const
const columnsSchema = z.record(z.enum(columnNames), z.string())
const indexSchema = z.object({
  columns: columnsSchema,
  background: z.array(z.string()),
  newest: z.array(z.int()),
})
type ColumnName = (typeof columnNames)[number]
const noValue = '-'
/** So many that changed last are told apart, so that the first page needs no look at all of them. */
const newestTold = 1_000
/** So many rows are looked for one by one before a table is made for it, which takes longer than finding a few. */
const fewAsked = 3

/** Reads the index. Summaries are only a shortcut: where they cannot be read, null, and everything is made again from the files. */
export async function readIndex(path: string): Promise<SummaryIndex | null> {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return null
  try {
    const { size } = await file.stat()
    const end = endSchema.safeParse(parseJson(await bytesAt(file, size - endBytes, endBytes))).data
    if (!end || end.indexAt + end.indexBytes + endBytes !== size) return null
    const bytes = await bytesAt(file, end.indexAt, end.indexBytes)
    if (crc32(bytes) !== end.check) return null
    const index = indexSchema.safeParse(parseJson(bytes)).data
    return index ? new SummaryIndex(end.save, index) : null
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** What the summaries say of each conversation without its head. */
export class SummaryIndex {
  /** Which one of all savings this is. */
  readonly save: string
  readonly #texts: Readonly<Record<ColumnName, string>>
  /** Those in whose background something ran. */
  readonly background: ReadonlySet<string>
  /** The rows of those that changed last, the newest first; all others are older. */
  readonly newest: readonly number[]
  readonly #columns = new Map<ColumnName, readonly string[]>()
  #rows: ReadonlyMap<string, number> | null = null
  #asked = 0

  constructor(save: string, { columns, background, newest }: z.infer<typeof indexSchema>) {
    this.save = save
    this.#texts = columns
    this.background = new Set(background)
    this.newest = newest
  }

  /** How many conversations it tells of. */
  get size(): number {
    return this.#column('ids').length
  }

  idOf(row: number): string {
    return this.#column('ids')[row] ?? ''
  }

  /**
   * Undefined for a conversation that it does not tell of. `expected`: where it is likely to be, as they are told in the order in which
   * they were found.
   */
  rowOf(id: string, expected?: number): number | undefined {
    const ids = this.#column('ids')
    if (expected !== undefined && ids[expected] === id) return expected
    if (this.#rows === null && this.#asked++ < fewAsked) return foundAt(ids.indexOf(id))
    this.#rows ??= new Map(ids.map((one, row) => [one, row]))
    return this.#rows.get(id)
  }

  instanceOf(row: number): string | null {
    const instance = this.#column('instances')[row] ?? noValue
    return instance === noValue ? null : instance
  }

  updatedAt(row: number): string {
    return this.#column('updated')[row] ?? ''
  }

  sessionsOf(row: number): readonly string[] {
    const sessions = this.#column('sessions')[row] ?? noValue
    return sessions === noValue ? none : sessions.split(',').map(decodeURIComponent)
  }

  brief(row: number): Brief {
    const number = (name: ColumnName) => Number(this.#column(name)[row] ?? -1)
    return {
      size: number('sizes'),
      mtimeMs: number('times'),
      lastMessageSeq: number('seqs'),
      updatedAt: this.updatedAt(row),
      instanceId: this.instanceOf(row),
      offset: number('offsets'),
      length: number('lengths'),
      check: number('checks'),
    }
  }

  #column(name: ColumnName): readonly string[] {
    const known = this.#columns.get(name)
    if (known) return known
    const text = this.#texts[name]
    const column = text === '' ? [] : text.split(' ')
    this.#columns.set(name, column)
    return column
  }
}

/** Reads single heads of it, as long as the file is the one that the index was read from. */
export class SummaryReader {
  readonly #path: string
  #handle: number | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** Null where it is damaged or another's. */
  read(id: string, { offset, length, check }: Brief): Conversation | null {
    try {
      this.#handle ??= openSync(this.#path, 'r')
      const bytes = Buffer.allocUnsafe(length)
      if (readSync(this.#handle, bytes, 0, length, offset) < length || crc32(bytes) !== check) return null
      const head = conversationSchema.safeParse(parseJson(bytes)).data
      return head?.id === id ? head : null
    } catch {
      return null
    }
  }

  close(): void {
    if (this.#handle !== null) closeSync(this.#handle)
    this.#handle = null
  }
}

/** Replaces the file in one step. `newest`: so many that changed last are told apart. */
export function writeSummaries(path: string, save: string, summaries: readonly Summary[], newest = newestTold): Promise<void> {
  return writeFileAtomic(path, chunksOf(save, summaries, newest))
}

/** In pieces, so that thousands of them do not hold up the event loop. */
async function* chunksOf(save: string, summaries: readonly Summary[], newest: number): AsyncGenerator<Buffer, void, void> {
  const index = new IndexDraft(newest)
  for (let from = 0; from < summaries.length; from += 200) {
    yield Buffer.concat(summaries.slice(from, from + 200).map((summary) => index.take(summary)))
    await breathe()
  }
  const line = index.line()
  yield line
  yield Buffer.from(
    `${JSON.stringify({ version: 4, save, indexAt: index.offset, indexBytes: line.length, check: crc32(line) }).padEnd(endBytes - 1)}\n`,
  )
}

/** The index of heads that are being written. */
class IndexDraft {
  /** Bytes of the heads so far. */
  offset = 0
  readonly #columns: Record<ColumnName, (string | number)[]> = {
    ids: [],
    sizes: [],
    times: [],
    seqs: [],
    updated: [],
    offsets: [],
    lengths: [],
    checks: [],
    instances: [],
    sessions: [],
  }
  readonly #background: string[] = []
  readonly #newest: Newest<Position & { row: number }>

  constructor(newest: number) {
    this.#newest = new Newest(newest)
  }

  /** Answers the line of the head. */
  take({ size, mtimeMs, lastMessageSeq, conversation }: Summary): Buffer {
    const line = Buffer.from(`${JSON.stringify(conversation)}\n`)
    const { id, updatedAt, instanceId, background } = conversation
    const columns = this.#columns
    this.#newest.take({ id, updatedAt, row: columns.ids.length })
    columns.ids.push(id)
    columns.sizes.push(size)
    columns.times.push(mtimeMs)
    columns.seqs.push(lastMessageSeq)
    columns.updated.push(updatedAt)
    columns.offsets.push(this.offset)
    columns.lengths.push(line.length)
    columns.checks.push(crc32(line))
    columns.instances.push(instanceId ?? noValue)
    columns.sessions.push(sessionsOf(conversation).map(encodeURIComponent).join(',') || noValue)
    if (background !== undefined) this.#background.push(id)
    this.offset += line.length
    return line
  }

  line(): Buffer {
    const columns = Object.fromEntries(columnNames.map((name) => [name, this.#columns[name].join(' ')]))
    const newest = this.#newest.items.map(({ row }) => row)
    return Buffer.from(`${JSON.stringify({ columns, background: this.#background, newest })}\n`)
  }
}

const none: readonly string[] = []

function foundAt(row: number): number | undefined {
  return row < 0 ? undefined : row
}

async function bytesAt(file: Awaited<ReturnType<typeof open>>, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, length))
  await file.read(bytes, 0, bytes.length, Math.max(0, position))
  return bytes
}
