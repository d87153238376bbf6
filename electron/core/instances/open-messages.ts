/** Which message of Claude's streams in each lane of a turn (the main thread and every sub-agent have one), and where its next block stands. */
export class OpenMessages {
  readonly #open = new Map<string, string>()
  readonly #nextIndex = new Map<string, number>()
  readonly #discard: (providerId: string) => void

  /** `discard` drops the provisional text of a message. */
  constructor(discard: (providerId: string) => void) {
    this.#discard = discard
  }

  /** A stream begins; what was open in its lane was repeated. */
  starts(providerId: string, lane: string): void {
    const before = this.#open.get(lane)
    if (before !== undefined) this.#discard(before)
    if (before === providerId) this.#nextIndex.delete(providerId)
    this.#open.set(lane, providerId)
  }

  /** A complete message; one that did not stream takes the place of what is open in its lane. */
  completes(providerId: string, lane: string): void {
    const before = this.#open.get(lane)
    if (before !== undefined && before !== providerId) this.#discard(before)
  }

  /** The place of the first of so many blocks within their message. */
  place(providerId: string, blocks: number): number {
    const first = this.#nextIndex.get(providerId) ?? 0
    this.#nextIndex.set(providerId, first + blocks)
    return first
  }
}
