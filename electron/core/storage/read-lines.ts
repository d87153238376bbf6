import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LinePlace } from './append-log.ts'

/** A line of more than this is not read: no entry of ours comes near it. */
const maxLineBytes = 256 * 1024 * 1024
const chunkBytes = 128 * 1024
const newline = 0x0a

/** A line as text, or null for one that is too long or not UTF-8. */
export type ReadLine = LinePlace & { text: string | null }

/** All lines of a file in order, in groups that come from one read, so a caller can breathe between them. Empty lines are left out. */
export async function* readLines(path: string): AsyncGenerator<ReadLine[], void, void> {
  const file = await open(path, 'r')
  try {
    let parts: Buffer[] = []
    let lineStart = 0
    let position = 0
    for (;;) {
      const buffer = Buffer.allocUnsafe(chunkBytes)
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position)
      if (bytesRead === 0) break
      const chunk = buffer.subarray(0, bytesRead)
      const lines: ReadLine[] = []
      let from = 0
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        parts.push(chunk.subarray(from, end))
        const length = position + end - lineStart
        if (length > 0) lines.push({ offset: lineStart, length, text: toText(parts, length) })
        parts = []
        from = end + 1
        lineStart = position + from
      }
      position += bytesRead
      if (position - lineStart <= maxLineBytes) parts.push(chunk.subarray(from))
      if (lines.length > 0) yield lines
    }
    if (position > lineStart) yield [{ offset: lineStart, length: position - lineStart, text: toText(parts, position - lineStart) }]
  } finally {
    await file.close()
  }
}

/** The last lines of a file that lie whole within its last `bytes`; `all`: these are all there are. */
export async function readLastLines(path: string, bytes: number): Promise<{ lines: ReadLine[]; all: boolean }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - bytes)
    const buffer = Buffer.allocUnsafe(size - start)
    await file.read(buffer, 0, buffer.length, start)
    // What comes before the first line end may be the rest of a line.
    return { lines: linesOf(buffer, start === 0 ? 0 : buffer.indexOf(newline) + 1, start), all: start === 0 }
  } finally {
    await file.close()
  }
}

/** All lines of a small file, at once: it waits for the disk, but is done with thousands of them in a fraction of the time. */
export function readLinesNow(path: string): ReadLine[] {
  return linesOf(readFileSync(path), 0, 0)
}

/** The lines at the given places, which ascend; places that lie close together are read together. */
export async function readPlaces(path: string, places: readonly LinePlace[]): Promise<string[]> {
  if (places.length === 0) return []
  const file = await open(path, 'r')
  try {
    const texts: string[] = []
    for (const group of groupNear(places)) {
      const start = group[0]?.offset ?? 0
      const last = group.at(-1)
      const buffer = Buffer.allocUnsafe((last ? last.offset + last.length : start) - start)
      await file.read(buffer, 0, buffer.length, start)
      for (const { offset, length } of group) texts.push(buffer.toString('utf8', offset - start, offset - start + length))
    }
    return texts
  } finally {
    await file.close()
  }
}

function linesOf(buffer: Buffer, first: number, offset: number): ReadLine[] {
  const lines: ReadLine[] = []
  for (let from = first; from < buffer.length;) {
    const found = buffer.indexOf(newline, from)
    const end = found < 0 ? buffer.length : found
    if (end > from) lines.push({ offset: offset + from, length: end - from, text: toText([buffer.subarray(from, end)], end - from) })
    from = end + 1
  }
  return lines
}

const nearBytes = 64 * 1024

function groupNear(places: readonly LinePlace[]): LinePlace[][] {
  const groups: LinePlace[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const place of places) {
    const near = place.offset - end <= nearBytes
    if (near) groups.at(-1)?.push(place)
    else groups.push([place])
    end = place.offset + place.length
  }
  return groups
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function toText(parts: readonly Buffer[], length: number): string | null {
  if (length > maxLineBytes) return null
  try {
    return decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts))
  } catch {
    return null
  }
}
