import { AppError, toAppError } from '../../../shared/app-error.ts'
import { faultDataSchema, type Fault, type Report } from './protocol.ts'
import type { SearchThread } from './search-thread.ts'
import type { Answer, FindInput } from './searcher.ts'

export type QueryLineOptions = {
  start: (onReport: (report: Report) => void) => SearchThread
  /** Counts the searches that are under way, for the indexer to see. */
  searching: Int32Array
  onDamaged: (message: string) => void
}

type Waiting = {
  input: FindInput
  signal: AbortSignal | undefined
  resolve: (answer: Answer) => void
  reject: (reason: unknown) => void
  tries: number
}

const maxWaiting = 64
const slowMs = 10_000
const maxTries = 2

/** Searches, one after the other, on a thread that only reads. Those that nobody waits for any more are left out. */
export class QueryLine {
  readonly #options: QueryLineOptions
  #waiting: Waiting[] = []
  #thread: SearchThread | null = null
  #current: (Waiting & { id: number; timer: NodeJS.Timeout }) | null = null
  #lastId = 0
  #isOpen = false

  constructor(options: QueryLineOptions) {
    this.#options = options
  }

  /** The index is there. What was asked before is answered now. */
  open(): void {
    this.#isOpen = true
    this.#next()
  }

  /** Until it is open again, searches wait. */
  async close(): Promise<void> {
    this.#isOpen = false
    const current = this.#endCurrent()
    if (current) this.#waiting.unshift(current)
    const thread = this.#thread
    this.#thread = null
    await thread?.close()
  }

  ask(input: FindInput, signal?: AbortSignal): Promise<Answer> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new AppError('LIMIT_REACHED', 'Too many searches wait already. Try again in a moment.'))
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#waiting.push({ input, signal, resolve, reject, tries: 0 })
    this.#next()
    return promise
  }

  #next(): void {
    if (this.#current || !this.#isOpen) return
    const next = this.#waiting.shift()
    if (!next) return
    if (next.signal?.aborted) {
      next.reject(new AppError('BAD_REQUEST', 'This search was given up.'))
      return this.#next()
    }
    const id = (this.#lastId += 1)
    Atomics.add(this.#options.searching, 0, 1)
    this.#current = { ...next, id, timer: setTimeout(() => this.#tooSlow(), slowMs) }
    this.#thread ??= this.#options.start((report) => report.type === 'fault' && this.#fault(report.fault, report.message))
    this.#thread.call('find', next.input, { limitMs: null }).then(
      (answer) => this.#answered(id, (current) => current.resolve(answer)),
      (thrown: unknown) => this.#failed(id, toAppError(thrown)),
    )
  }

  /** What comes after it was given up is nobody's. */
  #answered(id: number, settle: (current: Waiting) => void): void {
    if (this.#current?.id !== id) return
    const current = this.#endCurrent()
    if (current) settle(current)
    this.#next()
  }

  #failed(id: number, error: AppError): void {
    const fault = faultDataSchema.safeParse(error.data).data
    if (fault?.fault === 'damaged' && this.#current?.id === id) this.#fault('damaged', fault.reason)
    else this.#answered(id, (current) => current.reject(error))
  }

  /** A search that meets damage is made again on the new index. */
  #fault(fault: Fault, message: string): void {
    const current = this.#endCurrent()
    if (current && fault === 'damaged' && current.tries + 1 < maxTries) this.#waiting.unshift({ ...current, tries: current.tries + 1 })
    else current?.reject(new AppError('UNAVAILABLE', `Search failed: ${message}. Try again.`))
    if (fault === 'damaged') {
      this.#isOpen = false
      this.#options.onDamaged(message)
    } else this.#next()
  }

  #tooSlow(): void {
    this.#endCurrent()?.reject(new AppError('LIMIT_REACHED', 'This search takes too long. Make it narrower: add a word or a date.'))
    void this.#thread?.restart().finally(() => this.#next())
  }

  #endCurrent(): Waiting | null {
    const current = this.#current
    if (!current) return null
    clearTimeout(current.timer)
    this.#current = null
    Atomics.sub(this.#options.searching, 0, 1)
    Atomics.notify(this.#options.searching, 0)
    return current
  }
}
