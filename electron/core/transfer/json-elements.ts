/** One value of a JSON array, as bytes; `fault` says why it was not kept. */
export type JsonElement = { bytes: Buffer; fault: 'too long' | 'too deep' | null }

/**
 * The values of a JSON array that may be far larger than memory, one after the other; or the one value, when it is no array.
 * Whether each is JSON is for the caller to find out. Throws when the brackets never close.
 */
export async function* jsonElements(
  chunks: AsyncIterable<Buffer>,
  { maxBytes, maxDepth }: { maxBytes: number; maxDepth: number },
): AsyncGenerator<JsonElement, void, void> {
  const scanner = new Scanner(maxBytes, maxDepth)
  for await (const chunk of chunks) yield* scanner.take(chunk)
  if (!scanner.atEnd) throw new SyntaxError('The file ends in the middle.')
}

class Scanner {
  readonly #maxBytes: number
  readonly #maxDepth: number
  #parts: Buffer[] = []
  #length = 0
  #depth = 0
  #isArray: boolean | null = null
  #inString = false
  #escaped = false
  #tooDeep = false
  #closed = false

  constructor(maxBytes: number, maxDepth: number) {
    this.#maxBytes = maxBytes
    this.#maxDepth = maxDepth
  }

  get atEnd(): boolean {
    return this.#depth === 0 && !this.#inString
  }

  *take(chunk: Buffer): Generator<JsonElement, void, void> {
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === 0x5c) this.#escaped = true
        else if (byte === 0x22) this.#inString = false
      } else if (byte === 0x22) this.#inString = true
      else if (byte === 0x7b || byte === 0x5b) {
        if (this.#isArray === null) {
          this.#isArray = byte === 0x5b
          if (this.#isArray) {
            from = at + 1
            continue
          }
          from = at
        }
        this.#depth += 1
        if (this.#depth > this.#maxDepth) this.#tooDeep = true
      } else if (byte === 0x7d || byte === 0x5d) {
        if (this.#depth > 0) this.#depth -= 1
        else this.#closed = true
        if (this.#depth > 0) continue
        const end = this.#closed ? at : at + 1
        const element = this.#finish(chunk.subarray(from, end))
        from = at + 1
        if (element) yield element
        if (this.#closed) return
      } else if (byte === 0x2c && this.#depth === 0) from = at + 1
    }
    if (this.#isArray !== null && !this.#closed) this.#keep(chunk.subarray(from))
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#length > this.#maxBytes) this.#parts = []
    else this.#parts.push(bytes)
  }

  #finish(last: Buffer): JsonElement | null {
    this.#keep(last)
    const fault = this.#length > this.#maxBytes ? 'too long' : this.#tooDeep ? 'too deep' : null
    const bytes = fault === null ? Buffer.concat(this.#parts) : Buffer.alloc(0)
    this.#parts = []
    this.#length = 0
    this.#tooDeep = false
    return fault === null && bytes.toString('latin1').trim() === '' ? null : { bytes, fault }
  }
}
