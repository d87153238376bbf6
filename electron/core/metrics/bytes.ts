/** Whole numbers from 0 to 2^53 in as few bytes as they need, one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(65_536)
  #length = 0

  number(value: number): void {
    if (this.#length + 10 > this.#bytes.length) this.#grow(this.#length + 10)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#length] = (rest % 128) | 128
      this.#length += 1
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length] = rest
    this.#length += 1
  }

  /** A number that may be below zero. */
  signed(value: number): void {
    this.number(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** A text with its length. */
  text(value: string): void {
    const encoded = Buffer.from(value)
    this.number(encoded.length)
    if (this.#length + encoded.length > this.#bytes.length) this.#grow(this.#length + encoded.length)
    this.#bytes.set(encoded, this.#length)
    this.#length += encoded.length
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(least: number): void {
    const wider = new Uint8Array(Math.max(least, this.#bytes.length * 2))
    wider.set(this.#bytes)
    this.#bytes = wider
  }
}

/** Reads what a ByteWriter wrote. Throws at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  number(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw new Error('A metrics file ends too early.')
      this.#at += 1
      if (byte < 128) return value + byte * scale
      value += (byte - 128) * scale
      scale *= 128
    }
  }

  signed(): number {
    const value = this.number()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  text(): string {
    const length = this.number()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Error('A metrics file ends too early.')
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, length).toString('utf8')
    this.#at = end
    return text
  }
}
