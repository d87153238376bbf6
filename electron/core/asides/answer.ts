import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Exchange } from '../../../shared/domain/aside.ts'
import type { ClaudeEvent, ClaudeExit } from '../claude/claude-event.ts'
import { exitWords } from '../claude/launch.ts'
import { newId } from '../storage/id.ts'

const longestAnswer = 200_000

type Changed = (exchange: Exchange, delta: string | null) => void

/** An answer as it comes in from a process. */
export class Answer {
  /** Settles when it is over, however it ended. */
  readonly ended: Promise<void>
  firstTokenAt: number | null = null
  readonly #changed: Changed
  readonly #over = Promise.withResolvers<void>()
  /** What streams in now: the text of each block of Claude's message, which the whole block replaces. */
  #streaming = new Map<string, string>()
  #texts: string[] = []
  #exchange: Exchange
  #settled = false
  #wasInterrupted = false

  constructor(question: string, changed: Changed) {
    this.#changed = changed
    this.ended = this.#over.promise
    this.#exchange = {
      id: newId('aside'),
      question,
      answer: '',
      isCut: false,
      outcome: null,
      looks: 0,
      usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      costUsd: null,
      model: null,
      startedAt: new Date().toISOString(),
      endedAt: null,
    }
  }

  get exchange(): Exchange {
    return this.#exchange
  }

  get isOver(): boolean {
    return this.#exchange.outcome !== null
  }

  /** Claude Code itself has said that it is over: its process can take the next question. */
  get isSettled(): boolean {
    return this.#settled
  }

  /** The user does not want it any more; what comes next is its end. */
  interrupted(): void {
    this.#wasInterrupted = true
  }

  take(event: ClaudeEvent): void {
    if (event.type === 'session') this.#change({ model: event.model })
    else if (event.type === 'message-start' && event.parentToolUseId === null) this.#restart(event.providerId)
    else if (event.type === 'delta' && event.kind === 'text' && event.parentToolUseId === null) this.#delta(event)
    else if (event.type === 'assistant' && event.parentToolUseId === null) this.#whole(event)
    else if (event.type === 'result') this.#result(event)
  }

  failed(error: ErrorInfo): void {
    if (this.#wasInterrupted) this.over('interrupted')
    else this.over('failed', { error })
  }

  gone(exit: ClaudeExit): void {
    this.failed({ code: 'CLAUDE_EXITED', message: `Claude ended before it had answered${exitWords(exit)}. Ask again.` })
  }

  /** It is over. What comes later is not heard any more. */
  over(outcome: 'done' | 'failed' | 'interrupted', rest: Partial<Exchange> = {}): void {
    if (this.isOver) return
    this.#change({ ...rest, outcome, endedAt: new Date().toISOString() })
    this.#over.resolve()
  }

  /** The same message again: the request was repeated, and what it said does not count. */
  #restart(providerId: string): void {
    const before = this.#streaming.size
    for (const key of this.#streaming.keys()) if (key.startsWith(`${providerId}/`)) this.#streaming.delete(key)
    if (this.#streaming.size !== before) this.#show()
  }

  #delta({ providerId, index, text }: ClaudeEvent & { type: 'delta' }): void {
    if (this.isOver) return
    this.firstTokenAt ??= performance.now()
    const key = `${providerId}/${index}`
    const begins = !this.#streaming.has(key)
    this.#streaming.set(key, (this.#streaming.get(key) ?? '') + text)
    const { answer } = this.#exchange
    // A block that begins behind another one is a paragraph of its own.
    if ((begins && answer !== '') || answer.length + text.length > longestAnswer) return this.#show()
    this.#exchange = { ...this.#exchange, answer: answer + text }
    return this.#changed(this.#exchange, text)
  }

  #whole({ providerId, blocks, synthetic }: ClaudeEvent & { type: 'assistant' }): void {
    for (const key of this.#streaming.keys()) if (key.startsWith(`${providerId}/`)) this.#streaming.delete(key)
    const texts = blocks.flatMap((block) => (block.type === 'text' && block.text.trim() !== '' ? [block.text] : []))
    if (!synthetic) this.#texts.push(...texts)
    const looks = blocks.filter((block) => block.type === 'tool_use').length
    if (this.isOver) return
    this.#exchange = { ...this.#exchange, looks: this.#exchange.looks + looks }
    this.#show()
  }

  #result({ ok, interrupted, error, text, usage, costUsd, model }: ClaudeEvent & { type: 'result' }): void {
    this.#settled = true
    const answer = this.#exchange.answer === '' && ok ? text : this.#exchange.answer
    const figures = { answer, usage, costUsd, ...(model === null ? {} : { model }) }
    if (interrupted || this.#wasInterrupted) return this.over('interrupted', figures)
    if (ok) return this.over('done', figures)
    return this.over('failed', { ...figures, error: error ?? { code: 'INTERNAL', message: 'Claude did not answer. Ask again.' } })
  }

  #show(): void {
    const answer = [...this.#texts, ...this.#streaming.values()].join('\n\n')
    if (this.isOver) return
    this.#change({ answer: answer.slice(0, longestAnswer), isCut: answer.length > longestAnswer })
  }

  #change(change: Partial<Exchange>): void {
    if (this.isOver) return
    this.#exchange = { ...this.#exchange, ...change }
    this.#changed(this.#exchange, null)
  }
}
