import { getEventMeta } from '@orpc/client'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { runEventSchema, type Run, type RunEvent, type RunStep, type WholeStep } from '../../../shared/domain/run.ts'
import { ChangeBatch } from '../../state/pool-batch.ts'

export type RunView = {
  run: Run | null
  /** Why it is not there, or not as it is now. */
  problem: string | null
}

export type RunCalls = {
  get: (input: { id: string }) => Promise<Run>
  step: (input: { id: string; step: string }) => Promise<WholeStep>
  events: (input: { id: string }, options: { signal?: AbortSignal; lastEventId?: string | undefined }) => Promise<AsyncIterable<RunEvent>>
}
type StepNews = Extract<RunEvent, { type: 'step' }>['step']

export type RunFollowerDeps = {
  calls: RunCalls
  opened: () => Promise<void>
  explain: (thrown: unknown) => string
  /** Whether there is no such run, so that asking again has no use. */
  isGone: (thrown: unknown) => boolean
  /** Waits before the connection is tried again. */
  pause?: () => Promise<void>
}

const retryMs = 500
const rest = () => new Promise<void>((resolve) => void setTimeout(resolve, retryMs))
const answersMs = 250
/** More answers at once are fetched with the whole run. */
const mostAnswers = 12
const shortText = 2_000

/** Keeps a run at what the core says for as long as somebody looks at it: all of it first, then what changes; answers when they are there. */
export class RunFollower {
  readonly store: StoreApi<RunView> = createStore(() => ({ run: null, problem: null }))
  readonly #id: string
  readonly #deps: RunFollowerDeps
  readonly #changes: ChangeBatch<RunEvent>
  #ending: AbortController | null = null
  #lastEventId: string | undefined
  #answered = new Set<string>()
  /** The run has ended, so there is more to read than answers: what it has put out. */
  #hasEnded = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(id: string, deps: RunFollowerDeps) {
    this.#id = id
    this.#deps = deps
    this.#changes = new ChangeBatch((events) => this.#take(events))
  }

  /** Until the returned function is called. */
  start(): () => void {
    const ending = new AbortController()
    this.#ending = ending
    void this.#follow(ending.signal)
    // What had ended when nobody looked any more is still to be read.
    if (this.#answered.size > 0 || this.#hasEnded) this.#readSoon()
    return () => {
      ending.abort()
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { opened, calls, explain, isGone, pause = rest } = this.#deps
    while (!signal.aborted) {
      await opened()
      try {
        const stream = await calls.events({ id: this.#id }, { signal, lastEventId: this.#lastEventId })
        for await (const raw of stream) await this.#hear(runEventSchema.safeParse(raw).data, getEventMeta(raw)?.id)
      } catch (thrown) {
        if (signal.aborted) return
        this.store.setState({ problem: explain(thrown) })
        if (isGone(thrown)) return
      }
      if (!signal.aborted) await pause()
    }
  }

  /** An event counts as seen once it has been taken: a run that could not be read is read again. */
  async #hear(event: RunEvent | undefined, eventId: string | undefined): Promise<void> {
    if (event?.type === 'sync') await this.#readAll()
    else if (event) this.#changes.add(event)
    this.#lastEventId = eventId ?? this.#lastEventId
  }

  async #readAll(): Promise<void> {
    this.#changes.clear()
    this.#answered.clear()
    this.#hasEnded = false
    const run = await this.#deps.calls.get({ id: this.#id })
    this.store.setState({ run, problem: null })
  }

  #take(events: readonly RunEvent[]): void {
    const { run } = this.store.getState()
    if (!run) return
    for (const event of events) {
      if (event.type !== 'step') this.#hasEnded ||= event.run.endedAt !== null && event.run.endedAt !== run.endedAt
      else if (hasNewAnswer(run, event.step)) this.#answered.add(event.step.id)
    }
    if (this.#answered.size > 0 || this.#hasEnded) this.#readSoon()
    this.store.setState({ run: withEvents(run, events), problem: null })
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#readAnswers().catch((thrown: unknown) => this.store.setState({ problem: this.#deps.explain(thrown) }))
    }, answersMs)
  }

  async #readAnswers(): Promise<void> {
    if (this.#ending?.signal.aborted) return
    if (this.#hasEnded || this.#answered.size > mostAnswers) return this.#readAll()
    const ids = [...this.#answered]
    this.#answered.clear()
    const steps = await Promise.all(ids.map((step) => this.#deps.calls.step({ id: this.#id, step })))
    const { run } = this.store.getState()
    if (run) this.store.setState({ run: withAnswers(run, steps) })
  }
}

/** Whether a step has come to its end, so that there is an answer to read. Those of a fan-out are read as items. */
function hasNewAnswer({ steps }: Run, news: StepNews): boolean {
  if (news.items) return false
  const before = steps.find(({ id }) => id === news.id)
  return news.endedAt !== null && before?.endedAt !== news.endedAt
}

/** A run after what has happened in it; what an event does not say stays as it was. */
export function withEvents(run: Run, events: readonly RunEvent[]): Run {
  const news = new Map<string, StepNews>()
  let next = run
  for (const event of events) {
    if (event.type === 'step') news.set(event.step.id, event.step)
    else next = withSummary(next, event.run)
  }
  if (news.size === 0) return next
  return { ...next, steps: next.steps.map((step) => withNews(step, news.get(step.id))) }
}

/** What an earlier state had and this one does not is gone. */
function withSummary(run: Run, { error, ...summary }: Extract<RunEvent, { type: 'run' }>['run']): Run {
  const { error: _before, heldBy: _held, ...rest } = run
  return { ...rest, ...summary, ...(error ? { error } : {}) }
}

function withNews(step: RunStep, news: StepNews | undefined): RunStep {
  if (!news) return step
  const { output, text, consensus } = step
  // One that runs again has no answer yet.
  if (news.endedAt === null && step.endedAt !== null) return { ...news, output: null, text: '' }
  return { ...news, output, text, ...(consensus ? { consensus } : {}) }
}

function withAnswers(run: Run, answers: readonly WholeStep[]): Run {
  const found = new Map(answers.map((answer) => [answer.id, answer]))
  const steps = run.steps.map((step) => {
    const answer = found.get(step.id)
    if (!answer) return step
    const { output, text, consensus } = answer
    return { ...step, output, text: text.slice(0, shortText), ...(consensus ? { consensus } : {}) }
  })
  return { ...run, steps }
}
