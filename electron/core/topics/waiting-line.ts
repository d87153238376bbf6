import type { HeldMessage } from './held-message.ts'

/** What waits in a topic, in the order of the messages. Taking the first and adding at the end cost nothing. */
export class WaitingLine {
  #line: HeldMessage[] = []
  #head = 0

  get length(): number {
    return this.#line.length - this.#head
  }

  first(): HeldMessage | undefined {
    return this.#line[this.#head]
  }

  add(message: HeldMessage): void {
    const last = this.#line.at(-1)
    if (last === undefined || last.seq < message.seq) this.#line.push(message)
    else this.#line.splice(this.#placeOf(message.seq), 0, message)
  }

  remove(message: HeldMessage): void {
    if (this.first() === message) this.#head += 1
    else {
      const at = this.#placeOf(message.seq)
      if (this.#line[at] === message) this.#line.splice(at, 1)
    }
    if (this.#head > 1_000 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head)
      this.#head = 0
    }
  }

  /** The index of the first that does not come before. */
  #placeOf(seq: number): number {
    let [low, high] = [this.#head, this.#line.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#line[middle]?.seq ?? 0) < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
