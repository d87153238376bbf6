/**
 * A line of more bytes than this is not read, wherever a file is read line by line: it is passed over and counted, and whoever reads
 * says so. No entry of ours or of Claude Code's comes near it.
 */
export const maxLineBytes = 256 * 1024 * 1024

/** A line without its line end, and where it lies. `bytes` is null for one that is too long. */
export type SplitLine = { offset: number; length: number; bytes: Buffer | null }

const newline = 0x0a

/** The most bytes of a line; asked with every chunk where what was read before says more. */
export type MostBytes = number | (() => number)

/** Cuts chunks of a file into lines, each copied out of its chunk only where it spans several. Lines may be empty. */
export class LineSplitter {
  readonly #most: () => number
  #parts: Buffer[] = []
  #length = 0
  #offset: number

  /** `from`: where in the file the first chunk begins. */
  constructor({ from = 0, mostBytes = maxLineBytes }: { from?: number; mostBytes?: MostBytes } = {}) {
    this.#offset = from
    this.#most = typeof mostBytes === 'number' ? () => mostBytes : mostBytes
  }

  /** Where the line begins that has no end yet. */
  get restOffset(): number {
    return this.#offset
  }

  /** The lines that end in this chunk. `reused`: the chunk's memory is written again by the caller once it has taken these. */
  take(chunk: Buffer, { reused = false } = {}): SplitLine[] {
    const lines: SplitLine[] = []
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, end))
      lines.push(this.#line(1))
      from = end + 1
    }
    const rest = chunk.subarray(from)
    this.#add(reused ? Buffer.from(rest) : rest)
    return lines
  }

  /** What follows the last line end; null when nothing does. */
  rest(): SplitLine | null {
    return this.#length > 0 ? this.#line(0) : null
  }

  #add(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#most()) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #line(endBytes: number): SplitLine {
    const tooLong = this.#length > this.#most()
    const [first] = this.#parts
    const bytes = tooLong ? null : this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts)
    const line = { offset: this.#offset, length: this.#length, bytes }
    this.#offset += this.#length + endBytes
    this.#parts = []
    this.#length = 0
    return line
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text; null for none, and for what is not UTF-8. */
export function lineText(bytes: Buffer | null): string | null {
  try {
    return bytes && decoder.decode(bytes)
  } catch {
    return null
  }
}
