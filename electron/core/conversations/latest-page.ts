import type { Message } from '../../../shared/domain/message.ts'
import { readLastLines } from '../storage/read-lines.ts'
import { messageOf } from './conversation-fold.ts'
import { parseEntry } from './entry.ts'

const firstBytes = 256 * 1024
const mostBytes = 4 * 1024 * 1024

/**
 * The newest messages of a file, read from its end, so that a long conversation is shown before the whole of it is read.
 * Null when the end of the file does not hold so many, or cannot be understood: then the whole has to be read.
 */
export async function readLatestPage(path: string, limit: number): Promise<{ items: Message[]; more: boolean } | null> {
  for (let bytes = firstBytes; bytes <= mostBytes; bytes *= 4) {
    const { lines, all } = await readLastLines(path, bytes)
    const items = newestOf(lines, limit + 1)
    if (items === null) return null
    if (items.length > limit) return { items: items.slice(1), more: true }
    if (all) return { items, more: false }
  }
  return null
}

/** From the end backwards: what replaced a message stands behind it, so it is seen first. */
function newestOf(lines: readonly { text: string | null }[], limit: number): Message[] | null {
  const replaced: { fromSeq: number; toSeq: number }[] = []
  const items: Message[] = []
  for (const { text } of lines.toReversed()) {
    const entry = parseEntry(text)
    if (entry === 'damaged') return null
    if (entry === 'unknown') continue
    if (entry.type === 'supersede') replaced.push(entry)
    if (entry.type !== 'message' || replaced.some(({ fromSeq, toSeq }) => entry.seq >= fromSeq && entry.seq <= toSeq)) continue
    const later = items.at(-1)
    if (later && later.seq <= entry.seq) return null
    items.push(messageOf(entry, false))
    if (items.length === limit) break
  }
  return items.toReversed()
}
