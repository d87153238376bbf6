type Range = { fromSeq: number; toSeq: number }
/** `rewoundTo`: of a rewind, where the session goes on; see `Conversation`. */
type Replaced = Range & { rewoundTo?: string | null | undefined }

/** The ranges of messages that left the thread, in the order in which they did. A range that came back counts no more. */
export class ReplacedRanges {
  #ranges: Replaced[] = []

  add({ fromSeq, toSeq, rewoundTo }: Replaced): void {
    this.#ranges.push({ fromSeq, toSeq, rewoundTo })
  }

  /** Takes back the last one of just this range; false when there is none. */
  remove({ fromSeq, toSeq }: Range): boolean {
    const at = this.#ranges.findLastIndex((range) => range.fromSeq === fromSeq && range.toSeq === toSeq)
    if (at >= 0) this.#ranges.splice(at, 1)
    return at >= 0
  }

  /** What is of just this range: null when it does not count; `settled` once the session has gone on from there. */
  rewindOf({ fromSeq, toSeq }: Range): 'open' | 'settled' | null {
    const found = this.#ranges.findLast((range) => range.fromSeq === fromSeq && range.toSeq === toSeq)
    if (!found) return null
    return found.rewoundTo === undefined ? 'settled' : 'open'
  }

  /** Where a rewind that begins there ends, and the session has not gone on since; null where there is none. */
  openFrom(fromSeq: number): number | null {
    return this.#ranges.findLast((range) => range.fromSeq === fromSeq && range.rewoundTo !== undefined)?.toSeq ?? null
  }

  has(seq: number): boolean {
    return this.#ranges.some(({ fromSeq, toSeq }) => seq >= fromSeq && seq <= toSeq)
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Where the session goes on after the last rewind that counts; undefined: at its end. */
  get rewoundTo(): string | null | undefined {
    return this.#ranges.findLast(({ rewoundTo }) => rewoundTo !== undefined)?.rewoundTo
  }

  /** The session has gone on: no rewind of before says any more where. */
  sessionWentOn(): void {
    for (const range of this.#ranges) delete range.rewoundTo
  }
}
