import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ConversationFold } from '../conversations/conversation-fold.ts'
import { parseEntry, type Entry } from '../conversations/entry.ts'
import { importLimits } from './limits.ts'
import { lineText, rawLines } from './read-lines.ts'

/** A conversation's file: plain, or gzip when it is in the archive. */
export type SourceFile = { id: string; path: string; compressed: boolean }

const chunkBytes = 256 * 1024

/** The bytes of a conversation's file as they are now; what is appended meanwhile is not among them. */
export async function* conversationBytes({ path, compressed }: SourceFile): AsyncGenerator<Buffer, void, void> {
  const handle = await open(path, 'r')
  const size = await sizeOf(handle)
  if (size === 0) return handle.close()
  const file = createReadStream('', { fd: handle, start: 0, end: size - 1, highWaterMark: chunkBytes })
  const stream = compressed ? pipeline(file, createGunzip({ chunkSize: chunkBytes }), () => undefined) : file
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) yield chunk
  } finally {
    stream.destroy()
    file.destroy()
  }
}

async function sizeOf(handle: FileHandle): Promise<number> {
  try {
    return (await handle.stat()).size
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** The entries of a conversation's file that can be read, in groups that come from one read. */
export async function* conversationEntries(file: SourceFile): AsyncGenerator<Entry[], void, void> {
  for await (const lines of rawLines(conversationBytes(file), importLimits.ownLineBytes)) {
    const entries: Entry[] = []
    for (const line of lines) {
      const entry = parseEntry(line.whole ? lineText(line) : null)
      if (typeof entry === 'object') entries.push(entry)
    }
    yield entries
  }
}

/** The same, of the lines alone that hold a word; much sooner than all of them. */
export async function* entriesWith(file: SourceFile, word: string): AsyncGenerator<Entry, void, void> {
  for await (const lines of rawLines(conversationBytes(file), importLimits.ownLineBytes)) {
    for (const line of lines) {
      if (!line.whole || !line.bytes.includes(word)) continue
      const entry = parseEntry(lineText(line))
      if (typeof entry === 'object') yield entry
    }
  }
}

/** What a conversation's entries add up to, without its messages. */
export async function outlineOf(file: SourceFile): Promise<ConversationFold> {
  const fold = new ConversationFold(file.id)
  for await (const entries of conversationEntries(file)) for (const entry of entries) fold.apply(entry, { offset: 0, length: 0 })
  return fold
}
