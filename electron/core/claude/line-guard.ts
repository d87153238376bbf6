import { Transform, type TransformCallback } from 'node:stream'

/** A line of more than this is skipped without being kept: nothing that Claude Code says comes near it. */
const maxLineBytes = 32 * 1024 * 1024
const newline = 0x0a
const sampleBytes = 200

/**
 * Stands between a child's output and its reader: whole lines of JSON pass, all others are counted and reported. The
 * reader behind it skips bad lines without a word, and would keep a line without an end in memory for ever.
 */
export class LineGuard extends Transform {
  readonly #onSkipped: (total: number, sample: string) => void
  #parts: Buffer[] = []
  #size = 0
  #skipped = 0

  constructor(onSkipped: (total: number, sample: string) => void) {
    super()
    this.#onSkipped = onSkipped
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, end))
      this.#line()
      from = end + 1
    }
    this.#add(chunk.subarray(from))
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#size > 0) this.#line()
    done()
  }

  #add(part: Buffer): void {
    if (part.length === 0) return
    const wasTooLong = this.#size > maxLineBytes
    this.#size += part.length
    if (wasTooLong) return
    this.#parts.push(part)
    // Copied, as a view of it would keep all of it.
    if (this.#size > maxLineBytes) this.#parts = [Buffer.from(Buffer.concat(this.#parts).subarray(0, sampleBytes))]
  }

  #line(): void {
    const line = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts)
    const tooLong = this.#size > maxLineBytes
    this.#parts = []
    this.#size = 0
    if (line.length === 0) return
    if (!tooLong && isMessage(line)) this.push(Buffer.concat([line, Buffer.of(newline)]))
    else this.#skip(line)
  }

  #skip(line: Buffer): void {
    this.#skipped += 1
    this.#onSkipped(this.#skipped, line.subarray(0, sampleBytes).toString('utf8'))
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** JSON objects with a type, in good UTF-8. */
function isMessage(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(decoder.decode(line))
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  } catch {
    return false
  }
}
