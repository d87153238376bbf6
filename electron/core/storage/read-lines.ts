import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LinePlace } from './append-log.ts'
import { lineText, LineSplitter, type SplitLine } from './line-splitter.ts'

const chunkBytes = 128 * 1024

/** A line as text, or null for one that is too long or not UTF-8. */
export type ReadLine = LinePlace & { text: string | null }

/**
 * All lines of a file in order, or those of the bytes `from` up to `to`, in groups that come from one read, so a caller can breathe
 * between them. Empty lines are left out.
 */
export async function* readLines(
  path: string,
  { from, to } = { from: 0, to: Number.POSITIVE_INFINITY },
): AsyncGenerator<ReadLine[], void, void> {
  const file = await open(path, 'r')
  try {
    const splitter = new LineSplitter({ from })
    for (let position = from; position < to;) {
      const wanted = Math.min(chunkBytes, to - position)
      const buffer = Buffer.allocUnsafe(wanted)
      const { bytesRead } = await file.read(buffer, 0, wanted, position)
      if (bytesRead === 0) break
      position += bytesRead
      const lines = readable(splitter.take(buffer.subarray(0, bytesRead)))
      if (lines.length > 0) yield lines
    }
    const rest = splitter.rest()
    if (rest) yield readable([rest])
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
    return { lines: linesOf(buffer, start === 0 ? 0 : buffer.indexOf(0x0a) + 1, start), all: start === 0 }
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
  const splitter = new LineSplitter({ from: offset + first })
  const lines = splitter.take(buffer.subarray(first))
  const rest = splitter.rest()
  return readable(rest ? [...lines, rest] : lines)
}

function readable(lines: readonly SplitLine[]): ReadLine[] {
  return lines.flatMap(({ offset, length, bytes }) => (length === 0 ? [] : [{ offset, length, text: lineText(bytes) }]))
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
