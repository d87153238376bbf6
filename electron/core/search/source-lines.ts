import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'

/** A whole line, and where it ends in the (unpacked) file, its line end included. Null: too long, or no text. */
export type SourceLine = { text: string | null; end: number }

const chunkBytes = 256 * 1024
const newline = 0x0a
/** A longer line is passed over. */
const maxLineBytes = 32 * 1024 * 1024
const tailBytes = 512

/**
 * The whole lines of a file from a place on, in groups that are small enough to breathe between them. A last line without its end is
 * left for the next time: somebody is writing it.
 */
export async function* sourceLines(path: string, compressed: boolean, from: number): AsyncGenerator<SourceLine[], void, void> {
  const splitter = new Splitter(from)
  if (!compressed) {
    for (const chunk of chunksOf(path, from)) yield splitter.split(chunk)
    return
  }
  let position = 0
  const unpacked = createReadStream(path).pipe(createGunzip())
  for await (const chunk of unpacked) {
    if (!Buffer.isBuffer(chunk)) continue
    const skip = Math.max(0, Math.min(chunk.length, from - position))
    position += chunk.length
    if (skip < chunk.length) yield splitter.split(chunk.subarray(skip))
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

class Splitter {
  #parts: Buffer[] = []
  #length = 0
  #end: number

  constructor(from: number) {
    this.#end = from
  }

  split(chunk: Buffer): SourceLine[] {
    const lines: SourceLine[] = []
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, at))
      this.#end += this.#length + 1
      if (this.#length > 0) lines.push({ text: this.#text(), end: this.#end })
      this.#parts = []
      this.#length = 0
      from = at + 1
    }
    // The next chunk may come in the same memory.
    this.#add(Buffer.from(chunk.subarray(from)))
    return lines
  }

  #add(part: Buffer): void {
    this.#length += part.length
    if (this.#length <= maxLineBytes) this.#parts.push(part)
    else this.#parts = []
  }

  #text(): string | null {
    if (this.#length > maxLineBytes) return null
    return this.#parts.length === 1 ? (this.#parts[0]?.toString('utf8') ?? '') : Buffer.concat(this.#parts).toString('utf8')
  }
}
