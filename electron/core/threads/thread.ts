import { Worker, type ResourceLimits } from 'node:worker_threads'
import { AppError, isErrorCode, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import { noteStuck } from './stuck.ts'
import { reasonOf, type Problems } from '../storage/problems.ts'
import { fromThreadSchema, type CallInput, type CallOutput, type Calls, type Protocol, type ToThread } from './protocol.ts'

export type ThreadOptions<C extends Calls, T, R> = {
  protocol: Protocol<C, T, R>
  /** Its code, see `workerFile`. */
  file: URL
  /** For the log and as the problem's id. */
  name: string
  /** For the user: "The search". */
  title: string
  /** What it is started with, asked at every start. */
  data: () => unknown
  log?: Log
  problems?: Problems | undefined
  onReport?: (report: R) => void
  /** It has been started again after a death: what it was told is forgotten. */
  onRestart?: () => void
  resourceLimits?: ResourceLimits
  /** `once`: it does one job; its death ends that, and it is not started again. */
  restart?: 'always' | 'once'
}

export type CallOptions = {
  /** Milliseconds after which it is refused; `null`: the caller ends it by other means. */
  limitMs?: number | null
  /** Instead: milliseconds without a report after which it is refused, for work that takes its time and says how far it is. */
  silentMs?: number
}

type Waiting = { take: (value: unknown) => void; reject: (reason: Error) => void; timer: NodeJS.Timeout | null; isReported: boolean }

const callMs = 30_000
const pongMs = 10_000
const closeMs = 10_000
const endMs = 5_000
/** Between a death and the next start; the last one for ever. */
const restartMs = [50, 500, 2_000, 8_000, 30_000] as const
/** So long alive, it is well again. */
const wellMs = 15_000
const mostWaiting = 2_000

/**
 * A thread of the app's own, typed on both sides. One rule for its death, whoever it works for: what it was doing is refused with
 * UNAVAILABLE, it is started again with growing pauses for ever, what is asked meanwhile waits for that up to its limit, and the
 * app's health says so until it is well. Closed by whoever opened it.
 */
export class Thread<C extends Calls, T, R> {
  readonly #options: ThreadOptions<C, T, R>
  readonly #calls = new Map<number, Waiting>()
  /** What is said while it is down. */
  #unsent: ToThread[] = []
  #worker: Worker | null = null
  #lastId = 0
  #deaths = 0
  #reason = 'it ended'
  #timer: NodeJS.Timeout | null = null
  #well: NodeJS.Timeout | null = null
  #pong: NodeJS.Timeout | null = null
  #closing = false
  #exited: Promise<void> = Promise.resolve()

  constructor(options: ThreadOptions<C, T, R>) {
    this.#options = options
    this.#start()
  }

  /** Asks it; throws what its handler threw, UNAVAILABLE when it dies or is closed before the answer, or gives none within the limit. */
  call<N extends keyof C & string>(
    name: N,
    input: CallInput<C, N>,
    { silentMs, limitMs = silentMs ?? callMs }: CallOptions = {},
  ): Promise<CallOutput<C, N>> {
    if (this.#closing) return Promise.reject(this.#unavailable('is closed'))
    if (this.#calls.size >= mostWaiting) return Promise.reject(this.#unavailable('has too much to do'))
    const { promise, resolve, reject } = Promise.withResolvers<CallOutput<C, N>>()
    const id = (this.#lastId += 1)
    const { output } = this.#options.protocol.calls[name] as C[N]
    this.#calls.set(id, {
      take: (value) => {
        const parsed = output.safeParse(value)
        if (parsed.success) resolve(parsed.data as CallOutput<C, N>)
        else reject(this.#unavailable('gave an answer that nobody understands'))
      },
      reject,
      timer: limitMs === null ? null : setTimeout(() => this.#tooSlow(id), limitMs),
      isReported: silentMs !== undefined,
    })
    this.#send({ kind: 'call', id, name, input })
    return promise
  }

  /** Tells it something. While it is down that waits, the oldest is forgotten beyond a bound: `onRestart` says when to say all anew. */
  tell(tell: T): void {
    this.#send({ kind: 'tell', tell })
  }

  /** Ends it at once, whatever it does, and starts it again: for what takes too long. */
  async restart(): Promise<void> {
    this.#reason = 'it took too long'
    await this.#worker?.terminate()
  }

  /** Lets it finish what it writes; one that does not end by then is ended. What it was asked is refused. Never rejects. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true
      this.#clearTimers()
      this.#refuseAll('is closed')
      this.#worker?.postMessage({ kind: 'close' } satisfies ToThread)
    }
    const late = Promise.withResolvers<void>()
    const limit = setTimeout(() => late.resolve(this.#end()), closeMs)
    await Promise.race([this.#exited, late.promise])
    clearTimeout(limit)
  }

  /** Ends it at once and for good. One that the system holds, as a share that is gone does, is not waited for beyond a bound. */
  async kill(): Promise<void> {
    this.#closing = true
    this.#clearTimers()
    this.#refuseAll('was stopped')
    await this.#end()
  }

  async #end(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const worker = this.#worker
    const limit = setTimeout(() => {
      if (worker) noteStuck(worker)
      late.resolve()
    }, endMs)
    void worker?.terminate()
    await Promise.race([this.#exited, late.promise])
    clearTimeout(limit)
  }

  #start(): void {
    const { file, name, data, resourceLimits } = this.#options
    const worker = new Worker(file, { workerData: data(), name, ...(resourceLimits ? { resourceLimits } : {}) })
    this.#worker = worker
    this.#reason = 'it ended'
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#died()
        resolve()
      })
    })
    worker.on('message', (raw: unknown) => this.#take(raw, worker))
    worker.on('error', (thrown) => (this.#reason = reasonOf(thrown)))
    for (const message of this.#unsent.splice(0)) worker.postMessage(message)
    if (this.#deaths > 0) this.#well = setTimeout(() => this.#isWell(), wellMs)
    this.#well?.unref()
  }

  #send(message: ToThread): void {
    if (this.#worker) this.#worker.postMessage(message)
    else if (!this.#closing) {
      this.#unsent.push(message)
      if (this.#unsent.length > mostWaiting) this.#unsent.shift()
    }
  }

  #take(raw: unknown, worker: Worker): void {
    const message = fromThreadSchema.parse(raw)
    if (message.kind === 'closed') void worker.terminate()
    if (message.kind === 'report') this.#report(message.report)
    if (message.kind === 'value') this.#settle(message.id)?.take(message.value)
    if (message.kind === 'error') this.#settle(message.id)?.reject(errorOf(message.error))
    if (this.#pong) clearTimeout(this.#pong)
    this.#pong = null
  }

  #report(raw: unknown): void {
    for (const { timer, isReported } of this.#calls.values()) if (isReported) timer?.refresh()
    this.#options.onReport?.(this.#options.protocol.reports.parse(raw))
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#calls.get(id)
    if (waiting?.timer) clearTimeout(waiting.timer)
    this.#calls.delete(id)
    return waiting
  }

  /** Refuses the call; a thread that does not even say that it lives is ended, and started again. */
  #tooSlow(id: number): void {
    this.#settle(id)?.reject(this.#unavailable('did not answer in time'))
    this.#unsent = this.#unsent.filter((message) => message.kind !== 'call' || message.id !== id)
    if (this.#pong || !this.#worker) return
    this.#worker.postMessage({ kind: 'ping' } satisfies ToThread)
    this.#pong = setTimeout(() => {
      this.#pong = null
      this.#reason = 'it did not answer'
      void this.#worker?.terminate()
    }, pongMs)
    this.#pong.unref()
  }

  #died(): void {
    const { name, title, log, problems, restart = 'always', onRestart } = this.#options
    this.#worker = null
    this.#clearTimers()
    this.#refuseAll(`stopped (${this.#reason})`)
    if (restart === 'once') this.#closing = true
    if (this.#closing) return
    const waitMs = restartMs[Math.min(this.#deaths, restartMs.length - 1)] ?? 0
    this.#deaths += 1
    log?.error({ thread: name, reason: this.#reason, deaths: this.#deaths }, 'a thread has died and is started again')
    problems?.raise(`thread:${name}`, {
      message: `${title} stopped (${this.#reason}) and is restarting. Nothing that was saved is lost.`,
    })
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#start()
      onRestart?.()
    }, waitMs)
  }

  #isWell(): void {
    this.#well = null
    this.#deaths = 0
    this.#options.problems?.solve(`thread:${this.#options.name}`)
  }

  #refuseAll(why: string): void {
    for (const id of Array.from(this.#calls.keys())) this.#settle(id)?.reject(this.#unavailable(why))
    this.#unsent = this.#unsent.filter(({ kind }) => kind !== 'call')
  }

  #clearTimers(): void {
    for (const timer of [this.#timer, this.#well, this.#pong]) if (timer) clearTimeout(timer)
    this.#timer = this.#well = this.#pong = null
  }

  #unavailable(why: string): AppError {
    return new AppError('UNAVAILABLE', `${this.#options.title} ${why}. Try again in a moment.`)
  }
}

function errorOf({ code, message, data }: ErrorInfo): AppError {
  return new AppError(isErrorCode(code) ? code : 'INTERNAL', message, data ? { data } : {})
}
