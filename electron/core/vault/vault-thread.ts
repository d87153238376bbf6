import { Worker } from 'node:worker_threads'
import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { workerReportSchema, type WorkerData, type WorkerReport, type WorkerRequest } from './worker-protocol.ts'

export type VaultThreadOptions = { data: WorkerData; onReport: (report: WorkerReport) => void; log: Log }

type Request = Exclude<WorkerRequest, { type: 'close' | 'follow' }>
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

const closeLimitMs = 5_000
const restarts = 5
const restartMs = 2_000

/** The vault's worker: started, asked, started again when it dies, and ended. */
export class VaultThread {
  readonly #options: VaultThreadOptions
  #data: WorkerData
  readonly #asked = new Map<number, PromiseWithResolvers<void>>()
  #worker: Worker
  #lastId = 0
  #deaths = 0
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: VaultThreadOptions) {
    this.#options = options
    this.#data = options.data
    this.#worker = this.#start()
  }

  /** Resolves when the worker has done it. Throws STATE_CONFLICT when it ends before. */
  ask(request: WithoutId<Request>): Promise<void> {
    if (this.#closed) return Promise.reject(ended())
    this.#lastId += 1
    const waiting = Promise.withResolvers<void>()
    this.#asked.set(this.#lastId, waiting)
    this.#worker.postMessage({ ...request, id: this.#lastId } satisfies WorkerRequest)
    return waiting.promise
  }

  /** Has it look at what was put back, which is there whether or not it can say so now. Never rejects. */
  async look(source: string, paths: string[]): Promise<void> {
    await this.ask({ type: 'look', source, paths }).catch(() => {})
  }

  /** Follows these from now on. */
  follow(sources: WorkerData['sources']): void {
    this.#data = { ...this.#data, sources }
    if (!this.#closed) this.#worker.postMessage({ type: 'follow', sources } satisfies WorkerRequest)
  }

  /** Lets it finish the file at hand. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    const worker = this.#worker
    const gone = new Promise<void>((resolve) => {
      if (worker.threadId === -1) resolve()
      else worker.once('exit', () => resolve())
    })
    worker.postMessage({ type: 'close' } satisfies WorkerRequest)
    const limit = setTimeout(() => void worker.terminate(), closeLimitMs)
    await gone
    clearTimeout(limit)
    this.#rejectAll()
  }

  #start(): Worker {
    const worker = new Worker(workerFile(), { workerData: this.#data, name: 'vault' })
    worker.on('message', (raw: unknown) => this.#take(raw))
    worker.on('error', (err) => this.#options.log.error({ err }, 'the vault stopped working'))
    worker.on('exit', () => this.#died())
    return worker
  }

  #take(raw: unknown): void {
    const report = workerReportSchema.parse(raw)
    if (report.type !== 'done') return this.#options.onReport(report)
    this.#asked.get(report.id)?.resolve()
    this.#asked.delete(report.id)
  }

  #died(): void {
    if (this.#closed) return
    this.#rejectAll()
    this.#deaths += 1
    if (this.#deaths > restarts) {
      const message = 'The vault stopped working and keeps nothing any more. Restart Bullpen; the log in the data folder says why.'
      this.#options.onReport({ type: 'problem', message })
      this.#options.onReport({ type: 'loaded' })
      return
    }
    this.#timer = setTimeout(() => {
      this.#worker = this.#start()
    }, restartMs)
  }

  #rejectAll(): void {
    for (const waiting of this.#asked.values()) waiting.reject(ended())
    this.#asked.clear()
  }
}

/** Run from its source, a worker is a file beside this one; built, it lies beside the bundle. */
function workerFile(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./worker.ts', here)
  return new URL(here.includes('/chunks/') ? '../vault-worker.js' : './vault-worker.js', here)
}

function ended(): AppError {
  return new AppError('STATE_CONFLICT', 'The vault was closed in the middle of this. Try again.')
}
