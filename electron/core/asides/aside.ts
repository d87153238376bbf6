import { AppError, toAppError } from '../../../shared/app-error.ts'
import { mostExchanges, type Aside as AsideView, type AsideEvent, type Exchange } from '../../../shared/domain/aside.ts'
import type { Origin } from '../../../shared/domain/turn.ts'
import type { ClaudeEvent, ClaudeExit } from '../claude/claude-event.ts'
import type { ClaudeProcess } from '../claude/claude-process.ts'
import { EventLog, type Identified, type StreamOptions } from '../events/event-log.ts'
import { newId } from '../storage/id.ts'
import { Answer } from './answer.ts'
import { firstPrompt, restored } from './aside-words.ts'

export type AsideHooks = {
  /** Starts a process that knows the conversation and leaves nothing behind. Throws an AppError that says why not. */
  launch: (onEvent: (event: ClaudeEvent) => void, onExit: (exit: ClaudeExit) => void, signal: AbortSignal) => Promise<ClaudeProcess>
  /** A turn of the conversation runs: another Claude works on it. */
  isBusy: () => boolean
  /** An exchange is over; `startedMs` and `firstTokenMs` are counted from its question. */
  onEnd: (exchange: Exchange, timing: AsideTiming) => void
  /** The longest that an answer may take, and that the process waits for a further question. */
  limits: AsideLimits
}

export type AsideTiming = { startedMs: number | null; firstTokenMs: number | null; totalMs: number; origin: Origin }
export type AsideLimits = { answerMs: number; idleMs: number }

/** How long Claude Code is given to end an answer that was stopped. */
const stopMs = 3_000

/** One side question and those that follow it: a process of its own, which is gone with it. */
export class Aside {
  readonly id = newId('aside')
  readonly conversationId: string
  readonly createdAt = new Date().toISOString()
  readonly #hooks: AsideHooks
  readonly #events: EventLog<AsideEvent>
  readonly #end = new AbortController()
  /** Ends a start, which may wait for memory. */
  #starting: AbortController | null = null
  #exchanges: Exchange[] = []
  #process: ClaudeProcess | null = null
  #answer: Answer | null = null
  #idle: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(conversationId: string, hooks: AsideHooks) {
    this.conversationId = conversationId
    this.#hooks = hooks
    this.#events = new EventLog<AsideEvent>({ sync: (seq) => ({ type: 'sync', seq, aside: this.view() }), join: joined, maxEvents: 2_000 })
  }

  view(): AsideView {
    const { id, conversationId, createdAt } = this
    return { id, conversationId, createdAt, exchanges: [...this.#exchanges] }
  }

  /** It has a process. */
  get isLive(): boolean {
    return this.#process !== null || this.#answer !== null
  }

  /** Its process waits for a further question. */
  get isIdle(): boolean {
    return this.#process !== null && this.#answer === null
  }

  stream(options: StreamOptions): AsyncGenerator<Identified<AsideEvent>, void, void> {
    return this.#events.stream(options)
  }

  /** Takes a question; `done` settles when it was answered, or not. Throws STATE_CONFLICT and LIMIT_REACHED. */
  ask(question: string): { done: Promise<void> } {
    if (this.#answer?.isOver === false)
      throw new AppError('STATE_CONFLICT', 'Claude is still answering. Wait for the answer, or stop it first.')
    if (this.#exchanges.length >= mostExchanges) {
      const message = `A side question has at most ${mostExchanges} questions. Keep it as a conversation to continue, or close it and start a new one.`
      throw new AppError('LIMIT_REACHED', message, { data: { limit: mostExchanges } })
    }
    const answer = new Answer(question, (exchange, delta) => this.#changed(exchange, delta))
    this.#exchanges = [...this.#exchanges, answer.exchange]
    this.#answer = answer
    this.#publish(answer.exchange)
    // What was stopped a moment ago may still let go of its process.
    this.#running = this.#running.then(() => this.#run(answer))
    return { done: this.#running }
  }

  /** Ends the answer that runs; what has come stays. Resolves when it is over. */
  async stop(): Promise<void> {
    const answer = this.#answer
    if (!answer) return
    answer.interrupted()
    this.#starting?.abort()
    await this.#process?.interrupt().catch(() => undefined)
    const timer = setTimeout(() => answer.over('interrupted'), this.#process ? stopMs : 0)
    await this.#running
    clearTimeout(timer)
  }

  /** Ends its process; nothing is left. Never rejects. */
  async close(): Promise<void> {
    this.#stopIdling()
    this.#end.abort()
    this.#answer?.over('interrupted')
    this.#events.publish((seq) => ({ type: 'closed', seq }))
    this.#events.close()
    await this.#letGo()
    await this.#running
  }

  async #run(answer: Answer): Promise<void> {
    this.#stopIdling()
    const { answerMs, idleMs } = this.#hooks.limits
    const began = performance.now()
    const origin: Origin = this.#process ? 'warm' : 'resumed'
    const limit = setTimeout(() => void this.#tooLong(answer), answerMs)
    let startedMs: number | null = null
    try {
      if (!answer.isOver) {
        const [process, prompt] = await this.#ready(answer)
        startedMs = performance.now() - began
        if (!answer.isOver) process.send({ uuid: crypto.randomUUID(), text: prompt, images: [] })
        await answer.ended
      }
    } catch (thrown) {
      answer.failed(toAppError(thrown).toInfo())
    }
    clearTimeout(limit)
    if (this.#answer === answer) this.#answer = null
    // A process that did not end its answer would go on with it in the next one.
    if (!answer.isSettled) await this.#letGo()
    const { firstTokenAt } = answer
    const firstTokenMs = firstTokenAt === null ? null : firstTokenAt - began
    this.#hooks.onEnd(answer.exchange, { startedMs, firstTokenMs, totalMs: performance.now() - began, origin })
    if (!this.#end.signal.aborted && this.isIdle) this.#idle = setTimeout(() => void this.letGo(), idleMs).unref()
  }

  /** A process, and what it is told: one that was let go meanwhile is told again what was asked before. */
  async #ready(answer: Answer): Promise<[ClaudeProcess, string]> {
    const { question } = answer.exchange
    if (this.#process) return [this.#process, question]
    let own: ClaudeProcess | null = null
    // One that was let go, or not even waited for, may end while its successor starts.
    const isOwn = (): boolean => own !== null && this.#process === own
    const onExit = (exit: ClaudeExit): void => {
      if (!isOwn()) return
      this.#process = null
      this.#answer?.gone(exit)
    }
    const onEvent = (event: ClaudeEvent): void => {
      if (isOwn()) this.#answer?.take(event)
    }
    this.#starting = new AbortController()
    const signal = AbortSignal.any([this.#end.signal, this.#starting.signal])
    own = await this.#hooks.launch(onEvent, onExit, signal)
    this.#process = own
    this.#starting = null
    const before = this.#exchanges.filter((one) => one.id !== answer.exchange.id && one.answer !== '')
    return [own, firstPrompt(question, { isBusy: this.#hooks.isBusy(), earlier: restored(before) })]
  }

  async #tooLong(answer: Answer): Promise<void> {
    const minutes = Math.max(1, Math.round(this.#hooks.limits.answerMs / 60_000))
    const message = `The side question took longer than ${minutes} min and was stopped. Ask in the conversation instead.`
    answer.failed({ code: 'LIMIT_REACHED', message })
    this.#starting?.abort()
    await this.#letGo()
  }

  /** Ends its process, if it is idle; a further question starts another one, which is told what was said. Never rejects. */
  async letGo(): Promise<void> {
    if (this.isIdle) await this.#letGo()
  }

  async #letGo(): Promise<void> {
    this.#stopIdling()
    const process = this.#process
    this.#process = null
    await process?.stop().catch(() => undefined)
  }

  #changed(exchange: Exchange, delta: string | null): void {
    this.#exchanges = this.#exchanges.map((one) => (one.id === exchange.id ? exchange : one))
    if (delta === null) this.#publish(exchange)
    else this.#events.publish((seq) => ({ type: 'delta', seq, exchangeId: exchange.id, text: delta }))
  }

  #publish(exchange: Exchange): void {
    this.#events.publish((seq) => ({ type: 'exchange', seq, exchange }))
  }

  #stopIdling(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
  }
}

function joined(earlier: AsideEvent, later: AsideEvent): AsideEvent | null {
  if (earlier.type !== 'delta' || later.type !== 'delta' || earlier.exchangeId !== later.exchangeId) return null
  return { ...later, text: earlier.text + later.text }
}
