/** What a worker is asked, and what it says: that it can begin, or its answer. */
export type WorkerRequest<Request> = { id: number; request: Request }
export type WorkerAnswer<Answer> = { kind: 'ready' } | { kind: 'answer'; id: number; answer: Answer | null }

type Waiting<Request, Answer> = { request: Request; resolve: (answer: Answer | null) => void }

const patienceMs = 2_000
/** A worker has to be loaded before it can begin. */
const patienceForStartMs = 15_000

/**
 * Work of which nobody knows how long it takes: one piece after the other in a worker, which is replaced when one takes longer than two
 * seconds.
 */
export class PatientWorker<Request, Answer> {
  readonly #start: () => Worker
  readonly #waiting: Waiting<Request, Answer>[] = []
  #worker: Worker | null = null
  #isReady = false
  #current: Waiting<Request, Answer> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  /** Null when there is no answer in time, or none at all. Never rejects. */
  ask(request: Request): Promise<Answer | null> {
    return new Promise((resolve) => {
      this.#waiting.push({ request, resolve })
      this.#next()
    })
  }

  #next(): void {
    if (this.#current) return
    const waiting = this.#waiting.shift()
    if (!waiting) return
    this.#current = waiting
    try {
      this.#worker ??= this.#open()
      const request: WorkerRequest<Request> = { id: (this.#nextId += 1), request: waiting.request }
      this.#worker.postMessage(request)
      this.#wait(this.#isReady ? patienceMs : patienceForStartMs)
    } catch {
      this.#gaveUp()
    }
  }

  #open(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer<Answer>>) => {
      if (worker !== this.#worker) return
      if (data.kind === 'answer') {
        if (data.id === this.#nextId) this.#answered(data.answer)
      } else {
        this.#isReady = true
        if (this.#current) this.#wait(patienceMs)
      }
    })
    worker.addEventListener('error', () => this.#gaveUp())
    return worker
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#gaveUp(), ms)
  }

  #gaveUp(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#isReady = false
    this.#answered(null)
  }

  #answered(answer: Answer | null): void {
    clearTimeout(this.#timer)
    const done = this.#current
    this.#current = null
    done?.resolve(answer)
    this.#next()
  }
}
