import { randomBytes } from 'node:crypto'

export type EventLogOptions<E> = {
  /** Builds the event that tells a reader to begin from what is stored. */
  sync: (seq: number) => E
  /** Joins two adjacent events into one that carries the later `seq`, or says null: keep both. */
  join?: (earlier: E, later: E) => E | null
  /** About how many characters an event holds in memory. */
  weigh?: (event: E) => number
  /** The history is cut at whichever bound is reached first. */
  maxEvents?: number
  maxWeight?: number
}

export type StreamOptions = {
  /** The id of the last event the reader has seen. */
  lastEventId?: string | undefined
  signal?: AbortSignal | undefined
}

export type Identified<E> = { id: string; event: E }

const joinLimit = 2_000

/**
 * A bounded history of events with ascending `seq`, and streams that read from it.
 *
 * A stream has no queue of its own: it is a position in the history. A slow reader therefore costs
 * no memory; when it falls behind the history it is given a `sync` and goes on from the present.
 */
export class EventLog<E extends { seq: number }> {
  readonly #options: Required<Pick<EventLogOptions<E>, 'maxEvents' | 'maxWeight'>> & EventLogOptions<E>
  readonly #epoch = randomBytes(6).toString('hex')
  #history: E[] = []
  #weights: number[] = []
  #weight = 0
  #lastSeq = 0
  #closed = false
  #wake = Promise.withResolvers<void>()
  #readers = 0

  constructor(options: EventLogOptions<E>) {
    this.#options = { maxEvents: 10_000, maxWeight: 8_000_000, ...options }
  }

  /** How many streams are being read now. */
  get readers(): number {
    return this.#readers
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Adds the event that `build` makes for the next `seq` and wakes every reader. */
  publish(build: (seq: number) => E): E {
    const event = build(this.#lastSeq + 1)
    const weight = this.#options.weigh?.(event) ?? 1
    this.#lastSeq = event.seq
    this.#history.push(event)
    this.#weights.push(weight)
    this.#weight += weight
    this.#trim()
    this.#wakeReaders()
    return event
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true
    this.#wakeReaders()
  }

  /** Events from the reader's position on, for ever: until `signal` aborts, the reader leaves or the log is closed. */
  async *stream(options: StreamOptions = {}): AsyncGenerator<Identified<E>, void, void> {
    const { signal } = options
    const stop = () => this.#wakeReaders()
    signal?.addEventListener('abort', stop, { once: true })
    this.#readers += 1
    try {
      let position = this.#resume(options.lastEventId)
      while (!this.#closed && !signal?.aborted) {
        if (position === null || position < this.#firstSeq - 1) {
          position = this.#lastSeq
          yield this.#identified(this.#options.sync(position))
        } else if (position < this.#lastSeq) {
          const event = this.#next(position)
          position = event.seq
          yield this.#identified(event)
        } else {
          await this.#wake.promise
        }
      }
    } finally {
      this.#readers -= 1
      signal?.removeEventListener('abort', stop)
    }
  }

  get #firstSeq(): number {
    return this.#history[0]?.seq ?? this.#lastSeq + 1
  }

  #identified(event: E): Identified<E> {
    return { id: `${this.#epoch}-${event.seq}`, event }
  }

  /** The `seq` that a reader has seen, or null when the history no longer follows on from it. */
  #resume(lastEventId: string | undefined): number | null {
    const [epoch, text] = lastEventId?.split('-') ?? []
    const seq = Number(text)
    return epoch === this.#epoch && Number.isSafeInteger(seq) && seq <= this.#lastSeq ? seq : null
  }

  #next(position: number): E {
    let at = position + 1 - this.#firstSeq
    let event = this.#at(at)
    for (let joined = 1; joined < joinLimit && at + 1 < this.#history.length; joined += 1) {
      const both = this.#options.join?.(event, this.#at(at + 1)) ?? null
      if (both === null) break
      event = both
      at += 1
    }
    return event
  }

  #at(index: number): E {
    const event = this.#history[index]
    if (event === undefined) throw new RangeError(`The event history has no place ${index}.`)
    return event
  }

  /** Cuts in blocks, so that a publish stays constant time on average. The newest is told, however much it weighs. */
  #trim(): void {
    const { maxEvents, maxWeight } = this.#options
    if (this.#history.length <= maxEvents && this.#weight <= maxWeight) return
    let drop = 0
    let left = this.#weight
    while (drop < this.#history.length - 1 && (this.#history.length - drop > maxEvents * 0.75 || left > maxWeight * 0.75)) {
      left -= this.#weights[drop] ?? 0
      drop += 1
    }
    this.#history = this.#history.slice(drop)
    this.#weights = this.#weights.slice(drop)
    this.#weight = left
  }

  #wakeReaders(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers<void>()
  }
}
