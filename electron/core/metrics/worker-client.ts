import { Worker } from 'node:worker_threads'
import { AppError, isErrorCode } from '../../../shared/app-error.ts'
import type { Incident } from '../../../shared/domain/metrics.ts'
import type { Log } from '../log.ts'
import type { Look } from './samples.ts'
import type { CallMessage, IncidentsMessage, LookMessage, PutMessage, WorkerAnswer, WorkerCalls } from './worker-protocol.ts'

/** `folder` holds what can be made again, the others what cannot: looks at the pool, turns of deleted conversations, crashes. */
export type MetricsFolders = { folder: string; samplesFolder: string; spentPath: string; incidentsPath: string }

type Waiting = { resolve: (value: never) => void; reject: (reason: Error) => void }

/** Speaks to the metrics' thread; starts it, and starts it again when it dies. */
export class MetricsClient {
  readonly #folders: MetricsFolders
  readonly #log: Log
  readonly #onRestart: () => void
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker
  #nextId = 1
  #restarts = 0
  #closing = false
  /** It died so often that it is not started any more. */
  #gaveUp = false

  constructor(options: { folders: MetricsFolders; log: Log; onRestart: () => void }) {
    this.#folders = options.folders
    this.#log = options.log
    this.#onRestart = options.onRestart
    this.#worker = this.#start()
  }

  /** Throws what the call threw, or INTERNAL when the thread has died. */
  ask<N extends keyof WorkerCalls>(call: N, input: WorkerCalls[N]['input']): Promise<WorkerCalls[N]['output']> {
    if (this.#gaveUp) return Promise.reject(unanswered(true))
    const { promise, resolve, reject } = Promise.withResolvers<WorkerCalls[N]['output']>()
    const id = this.#nextId
    this.#nextId += 1
    this.#waiting.set(id, { resolve, reject })
    // The thread keeps nothing alive but an answer that somebody waits for.
    this.#worker.ref()
    this.#worker.postMessage({ id, call, input } satisfies { id: number; call: CallMessage['call']; input: unknown })
    return promise
  }

  put(message: PutMessage['put']): void {
    this.#worker.postMessage({ put: message } satisfies PutMessage)
  }

  look(look: Look): void {
    this.#worker.postMessage({ look } satisfies LookMessage)
  }

  incidents(incidents: Incident[]): void {
    this.#worker.postMessage({ incidents } satisfies IncidentsMessage)
  }

  /** Writes what is not on the disk yet and ends the thread. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    await this.ask('close', null).catch((thrown: unknown) => this.#log.warn({ err: thrown }, 'metrics were not saved'))
    await this.#worker.terminate()
  }

  #start(): Worker {
    const worker = new Worker(workerUrl(), { workerData: this.#folders })
    worker.on('message', (answer: WorkerAnswer<never>) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if (this.#waiting.size === 0) worker.unref()
      if ('error' in answer) waiting?.reject(errorOf(answer.error))
      else waiting?.resolve(answer.value)
    })
    worker.on('error', (error) => this.#log.error({ err: error }, 'the metrics thread failed'))
    worker.on('exit', () => this.#exited())
    worker.unref()
    return worker
  }

  #exited(): void {
    this.#gaveUp = this.#restarts >= mostRestarts
    for (const { reject } of this.#waiting.values()) reject(unanswered(this.#gaveUp))
    this.#waiting.clear()
    if (this.#closing || this.#gaveUp) return
    this.#restarts += 1
    this.#worker = this.#start()
    this.#onRestart()
  }
}

const mostRestarts = 5

function unanswered(forGood: boolean): AppError {
  const what = forGood
    ? 'The figures cannot be made any more. Start Bullpen anew.'
    : 'The figures could not be made just now. Try again in a moment.'
  return new AppError('INTERNAL', what)
}

function errorOf({ code, message, data }: { code: string; message: string; data?: Record<string, unknown> | undefined }): AppError {
  return new AppError(isErrorCode(code) ? code : 'INTERNAL', message, data ? { data } : {})
}

/** The built app has the thread's code in a file beside its own. */
function workerUrl(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./worker.ts', here)
  return here.includes('/chunks/') ? new URL('../metrics-worker.js', here) : new URL('./metrics-worker.js', here)
}
