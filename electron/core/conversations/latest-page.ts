import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { readLastLines } from '../storage/read-lines.ts'
import type { ByteRange } from './conversation-file.ts'
import { messageOf } from './conversation-fold.ts'
import { parseEntry } from './entry.ts'

const firstBytes = 256 * 1024
const mostBytes = 16 * 1024 * 1024

/**
 * The newest messages of a file, read from its end, so that a long conversation is shown before the whole of it is read.
 * Null when the end of the file does not hold so many, or cannot be understood: then the whole has to be read.
 */
export async function readLatestPage(path: string, limit: number): Promise<{ items: Message[]; more: boolean; bytes: ByteRange } | null> {
  const found = await readFromEnd(path, limit + 1, newestOf)
  if (found === null) return null
  const more = found.length > limit
  const shown = more ? found.slice(1) : found
  const from = shown[0]?.offset
  const bytes = { from: from ?? 0, to: from === undefined ? 0 : Number.POSITIVE_INFINITY }
  return { items: shown.map(({ message }) => message), more, bytes }
}

/** The turns that ended last, in order; null as for messages. */
export function readLatestTurns(path: string, limit: number): Promise<Turn[] | null> {
  return readFromEnd(path, limit, lastTurnsOf)
}

type Lines = readonly { offset: number; text: string | null }[]

/** Takes more and more of the end of a file until `pick` finds enough, or the whole was looked at. */
async function readFromEnd<T>(path: string, wanted: number, pick: (lines: Lines, wanted: number) => T[] | null): Promise<T[] | null> {
  for (let bytes = firstBytes; bytes <= mostBytes; bytes *= 4) {
    const { lines, all } = await readLastLines(path, bytes)
    const found = pick(lines, wanted)
    if (found === null || all || found.length >= wanted) return found
  }
  return null
}

/** A turn with two ends is for the whole file to sort out. */
function lastTurnsOf(lines: Lines, wanted: number): Turn[] | null {
  const turns: Turn[] = []
  for (const { text } of lines.toReversed()) {
    const entry = parseEntry(text)
    if (entry === 'damaged') return null
    if (entry === 'unknown' || entry.type !== 'turn') continue
    if (turns.some(({ id }) => id === entry.turn.id)) return null
    turns.push(entry.turn)
    if (turns.length === wanted) break
  }
  return turns.toReversed()
}

/** From the end backwards: what replaced a message stands behind it, so it is seen first, and so is what brought it back. */
function newestOf(lines: Lines, limit: number): { message: Message; offset: number }[] | null {
  const replaced: { fromSeq: number; toSeq: number }[] = []
  const came: { fromSeq: number; toSeq: number }[] = []
  const items: { message: Message; offset: number }[] = []
  for (const { text, offset } of lines.toReversed()) {
    const entry = parseEntry(text)
    if (entry === 'damaged') return null
    if (entry === 'unknown') continue
    if (entry.type === 'reinstate') came.push(entry)
    if (entry.type === 'supersede') {
      const at = came.findIndex(({ fromSeq, toSeq }) => fromSeq === entry.fromSeq && toSeq === entry.toSeq)
      if (at >= 0) came.splice(at, 1)
      else replaced.push(entry)
    }
    if (entry.type !== 'message' || replaced.some(({ fromSeq, toSeq }) => entry.seq >= fromSeq && entry.seq <= toSeq)) continue
    const later = items.at(-1)
    if (later && later.message.seq <= entry.seq) return null
    items.push({ message: messageOf(entry, false), offset })
    if (items.length === limit) break
  }
  return items.toReversed()
}
