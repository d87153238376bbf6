import type { Log } from '../log.ts'
import type { ConversationRecord } from './conversation-record.ts'
import { checkHead, Slices } from './registry-start.ts'
import type { SummaryReader } from './summary-cache.ts'

/** Those who wait at the start of the app go first. */
const waitMs = 1_000
/** So many are compared at once without anybody noticing. */
const many = 1_000

export type CheckedHeadsOptions = {
  summaries: SummaryReader
  /** All active and archived conversations. */
  all: () => Iterable<ConversationRecord>
  /** Opens a file that cannot be read at once. */
  open: (id: string) => Promise<unknown>
  /** A head was read; `changed`: it is not what was told of it before. */
  onRead: (id: string, changed: boolean) => Promise<void>
  /** A head was read from its file at once. */
  onChanged: (record: ConversationRecord) => void
  /** All were compared. */
  onSettled: () => void
  log: Log
}

/**
 * Heads are known from their summaries at first. Each is compared with its file when somebody looks at it, and all of them soon after
 * the start, in slices.
 */
export class CheckedHeads {
  readonly #options: CheckedHeadsOptions
  /** Those whose summary was of an earlier state, until that is told. */
  readonly #changed = new Set<string>()
  #settled: Promise<void> | null = null
  #isSettled = false
  #isClosed = false
  #wake: (() => void) | null = null

  constructor(options: CheckedHeadsOptions) {
    this.#options = options
  }

  get isSettled(): boolean {
    this.#isSettled ||= this.#unchecked(1) === 0
    return this.#isSettled
  }

  /** Whether comparing those that are left takes long. */
  get hasMany(): boolean {
    return !this.#isSettled && this.#unchecked(many) === many
  }

  /** Makes a head what its file says where that can be done at once; false where the file has to be opened first. */
  check(record: ConversationRecord): boolean {
    if (record.checked || record.moving) return true
    const wasTold = (record.brief?.length ?? 0) > 0
    const found = checkHead(record, this.#options.summaries)
    if (found !== 'same' && wasTold) this.#changed.add(record.id)
    if (found === 'changed') this.#options.onChanged(record)
    return found !== 'unread'
  }

  /** Resolves when all were compared with their files, or with `close`. */
  settled(): Promise<void> {
    this.#settled ??= this.#settle()
    return this.#settled
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake?.()
    await this.#settled
    this.#options.summaries.close()
  }

  async #settle(): Promise<void> {
    if (this.hasMany) await this.#wait()
    const slices = new Slices()
    for (const record of this.#options.all()) {
      await slices.breathe()
      if (this.#isClosed) return
      await this.#read(record)
    }
    this.#isSettled = true
    this.#options.summaries.close()
    this.#options.onSettled()
  }

  async #read(record: ConversationRecord): Promise<void> {
    const { open, onRead, log } = this.#options
    const { id } = record
    try {
      if (!this.check(record)) await open(id)
      record.settle()
      await onRead(id, this.#changed.delete(id))
    } catch (thrown) {
      log.warn({ err: thrown, id }, 'a conversation file cannot be read')
    }
  }

  /** How many were not compared yet, up to a number. */
  #unchecked(most: number): number {
    let count = 0
    for (const { checked } of this.#options.all()) {
      if (!checked) count += 1
      if (count === most) break
    }
    return count
  }

  async #wait(): Promise<void> {
    if (this.#isClosed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, waitMs)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
    this.#wake = null
  }
}
