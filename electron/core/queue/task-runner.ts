import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Choice } from '../../../shared/domain/pool.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { newId } from '../storage/id.ts'
import { place, type Placement, type Waiting } from './placement.ts'
import type { QueuePool } from './queue-pool.ts'
import { judge } from './verdict.ts'
import type { TaskStore } from './task-store.ts'
import { isOpen, type QueueTask, type TaskChange, type TaskRecord } from './queue-task.ts'

const longestTimerMs = 2_000_000_000
/** An instance that refused work is not offered the same at once. */
const refusedPauseMs = 1_000
/** Work whose budget is used up is offered again when that may have changed, and now and then. */
const budgetPauseMs = 60_000

/** Gives waiting work to instances, and judges what becomes of it. */
export class TaskRunner {
  readonly #store: TaskStore
  readonly #pool: QueuePool
  #last: string | null = null
  #limit: { endsAt: number; until: string } | null = null
  /** A budget of everything is used up. */
  #budget: { endsAt: number; words: string } | null = null
  #growing = 0
  /** Work that goes to each instance and is not among its turns yet. */
  readonly #onTheWay = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #pumping = false
  #closed = false

  constructor(store: TaskStore, pool: QueuePool) {
    this.#store = store
    this.#pool = pool
  }

  /** Until when Claude's usage limit lasts; null when none is known. */
  get limitedUntil(): string | null {
    return this.#limit?.until ?? null
  }

  /** Why nothing begins although instances may be free. */
  get heldBy(): string | null {
    if (this.#limit && performance.now() >= this.#limit.endsAt) this.#limit = null
    if (this.#limit) return `Claude’s usage limit is reached until ${this.#limit.until.slice(0, 16).replace('T', ' ')} UTC`
    if (this.#budget && performance.now() >= this.#budget.endsAt) this.#budget = null
    return this.#budget?.words ?? this.#pool.heldBy()
  }

  /** A budget may have room again: offers what was refused for it once more. */
  goOn(): void {
    this.#budget = null
    for (const work of this.#store.line.all()) if (isOfBudget(work.record.error)) work.notBefore = 0
    this.pump()
  }

  /** Waits no longer for the end of a usage limit. */
  forgetLimit(): void {
    this.#limit = null
    for (const work of this.#store.line.all()) work.notBefore = 0
    this.pump()
  }

  /** Gives waiting work to free instances. Cheap when nothing waits or nobody is free. */
  pump(): void {
    if (this.#closed || this.#pumping) return
    this.#pumping = true
    try {
      this.#expire()
      if (this.#store.line.length > 0 && this.heldBy === null) this.#place()
    } finally {
      this.#pumping = false
      this.#arm()
    }
  }

  /** No more work begins, and what ends now is judged at the next start. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  /** Judges a turn that has ended: the task has its end, or is tried again. */
  async turnEnded(work: QueueTask, turn: Turn): Promise<void> {
    const { record } = work
    if (this.#closed || !isOpen(record)) return
    const { ending } = work
    if (ending && turn.outcome !== 'done') return this.end(work, ending.state, ending.error, turn)
    const tools = turn.outcome === 'done' || record.conversationId === null ? [] : await this.#pool.toolsOf(record.conversationId, turn.id)
    const verdict = judge(turn, record, tools, Date.now())
    if (verdict.state === 'done') return this.end(work, 'done', null, turn)
    if (verdict.state === 'failed') return this.end(work, 'failed', verdict.error, turn)
    if (verdict.state === 'again') return this.#later(work, verdict.delayMs, { error: verdict.error, lastTurnId: turn.id })
    const delayMs = verdict.untilMs - Date.now()
    this.#limit = { endsAt: performance.now() + delayMs, until: new Date(verdict.untilMs).toISOString() }
    await this.#later(work, delayMs, { error: verdict.error, lastTurnId: turn.id, attempts: record.attempts - 1 })
  }

  async end(work: QueueTask, state: 'done' | 'failed' | 'cancelled', error: TaskRecord['error'], turn?: Turn): Promise<void> {
    const change = { state, error, endedAt: new Date().toISOString(), nextAttemptAt: null, images: [] }
    // A disk that takes nothing is told by whoever writes the conversation; the work has ended all the same.
    await this.#store.change(work, change).catch(() => {})
    if (turn) work.finish(turn)
    else work.giveUp(new AppError('STATE_CONFLICT', error?.message ?? 'The task was given up.'))
    this.pump()
  }

  #place(): void {
    const began = performance.now()
    const { candidates: known, growth: allowed, ...situation } = this.#pool.situation()
    const candidates = known.map((one) => ({ ...one, load: one.load + (this.#onTheWay.get(one.id) ?? 0) }))
    const growth = Math.max(0, allowed - this.#growing)
    for (const placement of place({ ...situation, candidates, growth, waiting: this.#ready(began), last: this.#last })) {
      const work = this.#store.find(placement.id)
      if (!work) continue
      work.handing = true
      if (placement.instanceId === null) this.#growing += 1
      else {
        this.#last = placement.instanceId
        this.#goes(placement.instanceId, 1)
      }
      void this.#hand(work, placement, performance.now() - began)
    }
  }

  *#ready(now: number): Generator<Waiting> {
    for (const work of this.#store.line.all()) {
      const { id, record, handing, notBefore } = work
      if (handing || notBefore > now || (record.aim !== null && !this.#pool.hasInstance(record.aim))) continue
      const known = this.#pool.knownTo(record)
      // A conversation belongs to one instance at a time, so what is said in it can go nowhere else.
      yield { id, aim: record.aim ?? (record.conversationId === null ? null : known), known }
    }
  }

  async #hand(work: QueueTask, placement: Placement, ms: number): Promise<void> {
    let instanceId = placement.instanceId
    try {
      instanceId ??= await this.#grown()
      if (instanceId !== null) await this.#give(work, instanceId, { ...placement, ms })
    } catch (thrown) {
      await this.#notBegun(work, toAppError(thrown))
    } finally {
      work.handing = false
      if (instanceId !== null) this.#goes(instanceId, -1)
      this.pump()
    }
  }

  async #give(
    work: QueueTask,
    instanceId: string,
    { strategy, reason, ms }: Omit<Placement, 'instanceId'> & { ms: number },
  ): Promise<void> {
    if (this.#closed) return
    const known = this.#pool.knownTo(work.record)
    const hit = known === null ? null : known === instanceId
    const choice: Choice = { instanceId, strategy, reason, ms: Math.round(ms * 100) / 100, hit }
    const conversationId = await this.#pool.conversationFor(work.record, instanceId)
    if (this.#closed || work.record.state !== 'waiting') return
    if (work.ending) return this.end(work, work.ending.state, work.ending.error)
    const attempts = work.record.attempts + 1
    await this.#store.change(work, { state: 'running', instanceId, conversationId, attempts, choice, nextAttemptAt: null })
    const { done } = await this.#pool.begin(work.record, work.acceptedAt)
    done.then(
      (turn) => this.turnEnded(work, turn),
      (thrown: unknown) => this.#notBegun(work, toAppError(thrown)),
    )
    // It was withdrawn, or its time was up, while it went there.
    if (work.ending) await this.#pool.interrupt(instanceId, work.record.turnId)
  }

  #goes(instanceId: string, change: 1 | -1): void {
    const count = (this.#onTheWay.get(instanceId) ?? 0) + change
    if (count > 0) this.#onTheWay.set(instanceId, count)
    else this.#onTheWay.delete(instanceId)
  }

  async #grown(): Promise<string | null> {
    try {
      const instanceId = await this.#pool.grow()
      if (instanceId !== null) this.#goes(instanceId, 1)
      return instanceId
    } finally {
      this.#growing -= 1
    }
  }

  /** It was refused before the prompt was a message: it waits again, and not at once. */
  async #notBegun(work: QueueTask, error: AppError): Promise<void> {
    if (this.#closed || !isOpen(work.record)) return
    if (error.code === 'TASK_GONE') return this.end(work, 'cancelled', error.toInfo())
    if (error.code === 'CONVERSATION_ARCHIVED' || error.code === 'NOT_FOUND') return this.end(work, 'failed', error.toInfo())
    const { attempts, state } = work.record
    const change = state === 'running' ? { attempts: attempts - 1 } : {}
    const info = error.toInfo()
    if (isOfBudget(info) && info.data?.['scope'] === 'all')
      this.#budget = { endsAt: performance.now() + budgetPauseMs, words: info.message }
    await this.#later(work, isOfBudget(info) ? budgetPauseMs : refusedPauseMs, { ...change, error: error.toInfo() })
  }

  async #later(work: QueueTask, delayMs: number, change: TaskChange): Promise<void> {
    work.notBefore = performance.now() + delayMs
    const nextAttemptAt = new Date(Date.now() + delayMs).toISOString()
    const again = { state: 'waiting' as const, turnId: newId('turn'), instanceId: null, nextAttemptAt }
    await this.#store.change(work, { ...change, ...again }).catch(() => {})
    this.pump()
  }

  /** Gives up what has not ended by its deadline; a running turn is interrupted and keeps what was said. */
  #expire(): void {
    const now = performance.now()
    for (const work of this.#store.all()) {
      if (work.expiresAt > now || work.handing || work.ending || !isOpen(work.record)) continue
      work.ending = { state: 'failed', error: tooLate }
      const { state, instanceId, turnId } = work.record
      if (state === 'waiting') void this.end(work, 'failed', tooLate)
      else if (instanceId !== null) void this.#pool.interrupt(instanceId, turnId).catch(() => {})
    }
  }

  /** Wakes when the next thing is due that nobody else tells of. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const now = performance.now()
    let next = Math.min(this.#limit?.endsAt ?? Number.POSITIVE_INFINITY, this.#budget?.endsAt ?? Number.POSITIVE_INFINITY)
    for (const { record, notBefore, expiresAt } of this.#store.all()) {
      if (!isOpen(record)) continue
      if (record.state === 'waiting' && notBefore > now) next = Math.min(next, notBefore)
      if (expiresAt > now) next = Math.min(next, expiresAt)
    }
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.pump(), Math.min(next - now + 5, longestTimerMs))
  }
}

function isOfBudget(error: TaskRecord['error']): boolean {
  return error?.code === 'LIMIT_REACHED' && error.data?.['budgetId'] !== undefined
}

const tooLate = { code: 'DEADLINE_PASSED', message: 'Its deadline passed before it ended. Press Retry to run it without one.' }
