import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { LineSplitter } from '../storage/line-splitter.ts'

/** A whole line, and where it ends in the (unpacked) file, its line end included. Null: too long, or no text. */
export type SourceLine = { text: string | null; end: number }

const chunkBytes = 256 * 1024
const newline = 0x0a
const tailBytes = 512

/**
 * The whole lines of a file from a place on, in groups that are small enough to breathe between them. A last line without its end is
 * left for the next time: somebody is writing it.
 */
export async function* sourceLines(path: string, compressed: boolean, from: number): AsyncGenerator<SourceLine[], void, void> {
  const splitter = new LineSplitter({ from })
  for await (const chunk of bytesFrom(path, compressed, from)) yield linesIn(splitter, chunk)
}

/** Of a longer text the beginning is searchable. */
const maxTextBytes = 512 * 1024
const textBytes = 48 * 1024

/**
 * A plain text from a place on, in parts that end with a line where they can. What is longer than is searchable is passed over, with null
 * in its place.
 */
export async function* textParts(path: string, compressed: boolean, from: number): AsyncGenerator<SourceLine[], void, void> {
  if (from >= maxTextBytes) return
  let rest = Buffer.alloc(0)
  let end = from
  for await (const chunk of bytesFrom(path, compressed, from)) {
    rest = Buffer.concat([rest, chunk.subarray(0, Math.max(0, maxTextBytes - end - rest.length))])
    const parts: SourceLine[] = []
    while (rest.length >= textBytes) {
      const newlineAt = rest.lastIndexOf(newline, textBytes - 1)
      const length = newlineAt > 0 ? newlineAt + 1 : textBytes
      end += length
      parts.push({ text: rest.toString('utf8', 0, length), end })
      rest = rest.subarray(length)
    }
    yield parts
    if (end + rest.length >= maxTextBytes) break
  }
  if (rest.length === 0) return
  const last = { text: rest.toString('utf8'), end: end + rest.length }
  yield last.end < maxTextBytes ? [last] : [last, { text: null, end: last.end + 1 }]
}

async function* bytesFrom(path: string, compressed: boolean, from: number): AsyncGenerator<Buffer, void, void> {
  if (!compressed) return yield* chunksOf(path, from)
  let position = 0
  for await (const chunk of createReadStream(path).pipe(createGunzip())) {
    if (!Buffer.isBuffer(chunk)) continue
    const skip = Math.max(0, Math.min(chunk.length, from - position))
    position += chunk.length
    if (skip < chunk.length) yield chunk.subarray(skip)
  }
}

/** A print of what stands before a place in a file, null when it is shorter. Packed files have none. */
export function tailOf(path: string, end: number): string | null {
  const file = openSync(path, 'r')
  try {
    const length = Math.min(end, tailBytes)
    const buffer = Buffer.alloc(length)
    const read = length === 0 ? 0 : readSync(file, buffer, 0, length, end - length)
    return read < length ? null : createHash('sha1').update(buffer).digest('base64')
  } finally {
    closeSync(file)
  }
}

/** The print of a source as far as it is read. Its file may be gone by now; then it has none, and is read anew if it comes back. */
export function printOf({ path, bytes }: { path: string; bytes: number }): string {
  if (path.endsWith('.gz')) return ''
  try {
    return tailOf(path, bytes) ?? ''
  } catch {
    return ''
  }
}

function* chunksOf(path: string, from: number): Generator<Buffer, void, void> {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    for (let position = from; ;) {
      const read = readSync(file, buffer, 0, chunkBytes, position)
      if (read === 0) return
      position += read
      yield buffer.subarray(0, read)
    }
  } finally {
    closeSync(file)
  }
}

/** Ends of lines are counted over empty ones too. */
function linesIn(splitter: LineSplitter, chunk: Buffer): SourceLine[] {
  return splitter.take(chunk, { reused: true }).flatMap(({ offset, length, bytes }) => {
    if (length === 0) return []
    return [{ text: bytes === null ? null : bytes.toString('utf8'), end: offset + length + 1 }]
  })
}
