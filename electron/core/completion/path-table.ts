/** Paths, many of them, in little memory: their bytes one after the other, and where each begins. Folders end with `/`. */
export class PathTable {
  /** As they are, in UTF-8. */
  readonly bytes: Buffer
  /** The same in lower case (ASCII alone, so that places stay the same). */
  readonly lower: Buffer
  /** Where each begins, and behind the last one where it ends. */
  readonly starts: Uint32Array
  /** Which letters and digits each has: one bit for each. */
  readonly masks: Uint32Array

  constructor(bytes: Buffer, starts: Uint32Array) {
    this.bytes = bytes
    this.starts = starts
    this.lower = Buffer.allocUnsafe(bytes.length)
    this.masks = new Uint32Array(Math.max(0, starts.length - 1))
    for (let row = 0; row < this.masks.length; row += 1) {
      let mask = 0
      const end = starts[row + 1] ?? 0
      for (let at = starts[row] ?? 0; at < end; at += 1) {
        const low = lowerByte(bytes[at] ?? 0)
        this.lower[at] = low
        mask |= bitOf(low)
      }
      this.masks[row] = mask
    }
  }

  get length(): number {
    return this.masks.length
  }

  path(row: number): string {
    return this.bytes.toString('utf8', this.starts[row], this.starts[row + 1])
  }
}

/** Collects paths for a table. Room grows as they come. */
export class PathTableBuilder {
  #bytes = Buffer.allocUnsafe(1 << 16)
  #starts = new Uint32Array(1 << 12)
  #used = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  add(path: string | Buffer): void {
    const size = typeof path === 'string' ? Buffer.byteLength(path) : path.length
    if (this.#used + size > this.#bytes.length) this.#growBytes(size)
    if (this.#count + 2 > this.#starts.length) this.#growStarts()
    if (typeof path === 'string') this.#bytes.write(path, this.#used)
    else path.copy(this.#bytes, this.#used)
    this.#starts[this.#count] = this.#used
    this.#used += size
    this.#count += 1
  }

  /** A table of what is there now; more can be added after it. */
  table(): PathTable {
    const starts = new Uint32Array(this.#count + 1)
    starts.set(this.#starts.subarray(0, this.#count))
    starts[this.#count] = this.#used
    return new PathTable(Buffer.from(this.#bytes.subarray(0, this.#used)), starts)
  }

  #growBytes(size: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#used + size))
    this.#bytes.copy(larger, 0, 0, this.#used)
    this.#bytes = larger
  }

  #growStarts(): void {
    const larger = new Uint32Array(this.#starts.length * 2)
    larger.set(this.#starts)
    this.#starts = larger
  }
}

export function lowerByte(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}

/** A letter or digit's bit; what is neither has none. Digits share six bits. */
export function bitOf(low: number): number {
  if (low >= 97 && low <= 122) return 1 << (low - 97)
  return low >= 48 && low <= 57 ? 1 << (26 + (low % 6)) : 0
}
