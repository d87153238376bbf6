import { open, stat } from 'node:fs/promises'
import type { Message } from '../../../shared/domain/message.ts'
import { readPlaces } from '../storage/read-lines.ts'
import type { ByteRange } from './conversation-file.ts'
import { messageOf } from './conversation-fold.ts'
import { parseEntry, type Entry } from './entry.ts'
import { ReplacedRanges } from './replaced-ranges.ts'

export type OutlinePage = { items: Message[]; older: boolean; newer: boolean; bytes: ByteRange }
export type OutlineRange = { around: string; limit: number } | { before: number; limit: number } | { after: number; limit: number }

const chunkBytes = 1024 * 1024
const newline = 0x0a
const messageStart = Buffer.from('{"type":"message",')
const supersedeStart = Buffer.from('{"type":"supersede",')
const reinstateStart = Buffer.from('{"type":"reinstate",')
const seqName = Buffer.from(',"seq":')
const timeName = Buffer.from(',"at":"')
/** `,"at":"2026-01-01T00:00:00.000Z"}` */
const timeBytes = 33

const maxKept = 4

/** The outlines that were used last. */
export class Outlines {
  readonly #kept = new Map<string, FileOutline>()

  /** Null where the file has to be read in full. */
  async page(path: string, range: OutlineRange): Promise<OutlinePage | null> {
    try {
      return (await (await this.#of(path))?.page(range)) ?? null
    } catch {
      return null
    }
  }

  async #of(path: string): Promise<FileOutline | null> {
    const known = this.#kept.get(path)
    const outline = known && (await known.isCurrent()) ? known : await FileOutline.read(path)
    this.#kept.delete(path)
    if (outline) this.#kept.set(path, outline)
    const oldest = this.#kept.keys().next()
    if (this.#kept.size > maxKept && !oldest.done) this.#kept.delete(oldest.value)
    return outline
  }
}

/**
 * Where the messages lie in a conversation's file, found by looking at how lines begin and end. That costs a small part of reading every
 * entry, so any place of a very long conversation can be shown at once.
 */
export class FileOutline {
  readonly #path: string
  readonly #size: number
  readonly #mtimeMs: number
  readonly #offsets: number[] = []
  readonly #lengths: number[] = []
  readonly #seqs: number[] = []
  #replaced = new ReplacedRanges()

  private constructor(path: string, size: number, mtimeMs: number) {
    this.#path = path
    this.#size = size
    this.#mtimeMs = mtimeMs
  }

  /** Null for a file that is not as we write it: then it has to be read in full. */
  static async read(path: string): Promise<FileOutline | null> {
    const { size, mtimeMs } = await stat(path)
    const outline = new FileOutline(path, size, mtimeMs)
    const file = await open(path, 'r')
    try {
      let buffer = Buffer.allocUnsafe(chunkBytes)
      // What the buffer begins with: the beginning of a line that goes on.
      let held = 0
      for (let position = 0; position < size;) {
        if (held === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
        const { bytesRead } = await file.read(buffer, held, buffer.length - held, position)
        if (bytesRead === 0) break
        const filled = held + bytesRead
        const used = outline.#takeLines(buffer.subarray(0, filled), position - held)
        if (used === null) return null
        buffer.copyWithin(0, used, filled)
        held = filled - used
        position += bytesRead
      }
    } finally {
      await file.close()
    }
    return outline.#withoutReplaced()
  }

  /** Whether the file is still the one that was looked at. */
  async isCurrent(): Promise<boolean> {
    const now = await stat(this.#path).catch(() => null)
    return now?.size === this.#size && now.mtimeMs === this.#mtimeMs
  }

  /** Messages in ascending `seq`; null when the one in the middle is not there, or a line turns out to be something else. */
  async page(range: OutlineRange): Promise<OutlinePage | null> {
    const middle = 'around' in range ? await this.#find(range.around) : 0
    if (middle === null) return null
    const [from, to] = this.#bounds(range, middle)
    const places = this.#seqs
      .slice(from, to)
      .map((_, index) => ({ offset: this.#offsets[from + index] ?? 0, length: this.#lengths[from + index] ?? 0 }))
    const texts = await readPlaces(this.#path, places)
    const items = texts.flatMap((text) => messageIn(text) ?? [])
    const bytes = { from: this.#offsets[from] ?? this.#size, to: this.#offsets[to] ?? this.#size }
    return items.length === places.length ? { items, older: from > 0, newer: to < this.#seqs.length, bytes } : null
  }

  #bounds(range: OutlineRange, middle: number): [from: number, to: number] {
    const { limit } = range
    const end = this.#seqs.length
    if ('around' in range) {
      const from = Math.max(0, middle - Math.floor(limit / 2))
      return [from, Math.min(end, from + limit)]
    }
    if ('after' in range) {
      const from = this.#lowerBound(range.after + 1)
      return [from, Math.min(end, from + limit)]
    }
    const to = this.#lowerBound(range.before)
    return [Math.max(0, to - limit), to]
  }

  #lowerBound(seq: number): number {
    let low = 0
    let high = this.#seqs.length
    while (low < high) {
      const at = (low + high) >>> 1
      if ((this.#seqs[at] ?? 0) < seq) low = at + 1
      else high = at
    }
    return low
  }

  /** Handles the whole lines of a chunk and answers how many bytes they took; null when one is not as it should be. */
  #takeLines(chunk: Buffer, offset: number): number | null {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (!this.#takeLine(chunk, from, end, offset)) return null
      from = end + 1
    }
    return from
  }

  #takeLine(chunk: Buffer, from: number, end: number, offset: number): boolean {
    if (begins(chunk, from, messageStart)) {
      const seq = seqAtStart(chunk, from) ?? seqAtEnd(chunk, end)
      if (seq === null || seq <= (this.#seqs.at(-1) ?? -1)) return false
      this.#seqs.push(seq)
      this.#offsets.push(offset + from)
      this.#lengths.push(end - from)
    } else if (begins(chunk, from, supersedeStart) || begins(chunk, from, reinstateStart)) {
      const entry = parseEntry(chunk.toString('utf8', from, end))
      if (typeof entry === 'string' || (entry.type !== 'supersede' && entry.type !== 'reinstate')) return false
      if (entry.type === 'supersede') this.#replaced.add(entry)
      else this.#replaced.remove(entry)
    }
    return true
  }

  #withoutReplaced(): this {
    if (this.#replaced.isEmpty) return this
    const kept = this.#seqs.flatMap((seq, index) => (this.#replaced.has(seq) ? [] : [index]))
    for (const list of [this.#seqs, this.#offsets, this.#lengths]) list.splice(0, list.length, ...kept.map((index) => list[index] ?? 0))
    this.#replaced = new ReplacedRanges()
    return this
  }

  /** The place of the message with this id, or this uuid in Claude's transcript, or of the first one of the turn with this id. */
  async #find(id: string): Promise<number | null> {
    const needle = Buffer.from(`"${id}"`)
    const file = await open(this.#path, 'r')
    try {
      const buffer = Buffer.allocUnsafe(chunkBytes + needle.length)
      for (let position = 0; position < this.#size; position += chunkBytes) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
        const chunk = buffer.subarray(0, bytesRead)
        for (let at = chunk.indexOf(needle); at >= 0; at = chunk.indexOf(needle, at + 1)) {
          const index = await this.#messageAt(position + at, id)
          if (index !== null) return index
        }
      }
      return null
    } finally {
      await file.close()
    }
  }

  /** The words of an id may also stand in what somebody said. */
  async #messageAt(offset: number, id: string): Promise<number | null> {
    let index = this.#offsets.length - 1
    let low = 0
    while (low <= index) {
      const at = (low + index) >>> 1
      if ((this.#offsets[at] ?? 0) <= offset) low = at + 1
      else index = at - 1
    }
    const [start, length] = [this.#offsets[index], this.#lengths[index]]
    if (start === undefined || length === undefined || offset >= start + length) return null
    const [text = ''] = await readPlaces(this.#path, [{ offset: start, length }])
    const message = messageIn(text)
    return message?.id === id || message?.claudeUuid === id || message?.turnId === id ? index : null
  }
}

function begins(chunk: Buffer, from: number, start: Buffer): boolean {
  return chunk.length - from >= start.length && chunk.compare(start, 0, start.length, from, from + start.length) === 0
}

/** Where it comes before the message, as in files that were written by their schema. */
function seqAtStart(chunk: Buffer, from: number): number | null {
  const start = from + messageStart.length - 1
  if (!begins(chunk, start, seqName)) return null
  let seq = 0
  let at = start + seqName.length
  for (; at < chunk.length; at += 1) {
    const digit = (chunk[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    seq = seq * 10 + digit
  }
  return at > start + seqName.length && begins(chunk, at, timeName) && Number.isSafeInteger(seq) ? seq : null
}

/** The `seq` before the time that a line of ours ends with; null for a line that ends otherwise. */
function seqAtEnd(chunk: Buffer, end: number): number | null {
  let at = end - timeBytes
  if (at < 32 || !begins(chunk, at, timeName)) return null
  let seq = 0
  let place = 1
  for (at -= 1; place < 1e15; at -= 1, place *= 10) {
    const digit = (chunk[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    seq += digit * place
  }
  return place > 1 && begins(chunk, at + 1 - seqName.length, seqName) ? seq : null
}

function messageIn(text: string): Message | null {
  const entry: Entry | string = parseEntry(text)
  return typeof entry === 'object' && entry.type === 'message' ? messageOf(entry, false) : null
}
