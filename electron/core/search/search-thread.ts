import { Worker } from 'node:worker_threads'
import { reportSchema, type Order, type Report, type WorkerData } from './protocol.ts'

const closeMs = 10_000
const memoryMb = 320

/** One of the threads behind the search. */
export class SearchThread {
  readonly #worker: Worker
  readonly #ended: Promise<void>

  /** `onEnd` is called when it has ended without being asked to. */
  constructor(data: WorkerData, on: { report: (report: Report) => void; end: (reason: string) => void }) {
    this.#worker = new Worker(workerUrl(), {
      workerData: data,
      name: `search-${data.role}`,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    })
    let reason = 'it ended'
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    this.#worker.on('message', (message: unknown) => on.report(reportSchema.parse(message)))
    this.#worker.on('error', (thrown) => (reason = thrown instanceof Error ? thrown.message : String(thrown)))
    this.#worker.once('exit', () => {
      if (!this.#closing) on.end(reason)
    })
  }

  #closing = false

  send(order: Order): void {
    this.#worker.postMessage(order)
  }

  /** Lets it finish what it writes; one that does not end by then is ended. */
  async close(): Promise<void> {
    this.#closing = true
    this.send({ type: 'close' })
    const timer = setTimeout(() => void this.#worker.terminate(), closeMs)
    await this.#ended
    clearTimeout(timer)
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    this.#closing = true
    await this.#worker.terminate()
  }
}

/** Where the thread's code is: beside this file as source, or as the second entry of the built main process. */
function workerUrl(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./search-worker.ts', here)
  return new URL(here.includes('/chunks/') ? '../search-worker.js' : './search-worker.js', here)
}
