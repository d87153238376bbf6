/**
 * Texts, one for each row, in few pieces of memory: a million strings are a million things for the collector of garbage to look at,
 * again and again, while somebody waits for a figure.
 */
export class IdColumn {
  #bytes = Buffer.alloc(16_384)
  /** Where each text ends; it begins where the one before ends. */
  #ends = new Float64Array(1_024)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The text of a row; empty for a row that is not there. */
  at(row: number): string {
    return row < 0 || row >= this.#length ? '' : this.#bytes.toString('utf8', this.#start(row), this.#ends[row])
  }

  push(text: string): void {
    const from = this.#start(this.#length)
    const to = from + Buffer.byteLength(text)
    if (to > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(Math.max(to, this.#bytes.length))])
    if (this.#length === this.#ends.length) {
      const wider = new Float64Array(this.#length * 2)
      wider.set(this.#ends)
      this.#ends = wider
    }
    this.#bytes.write(text, from)
    this.#ends[this.#length] = to
    this.#length += 1
  }

  /** Keeps some of the rows; `rows` are in ascending order. */
  keep(rows: readonly number[]): void {
    let end = 0
    for (const [place, row] of rows.entries()) {
      const from = this.#start(row)
      const to = this.#ends[row] ?? from
      this.#bytes.copyWithin(end, from, to)
      end += to - from
      this.#ends[place] = end
    }
    this.#length = rows.length
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] ?? 0)
  }
}
