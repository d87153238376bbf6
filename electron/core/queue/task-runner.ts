import { AppError } from '../../../shared/app-error.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { isPlace, type Hindrance, type Place } from '../gate/place.ts'
import { newId } from '../storage/id.ts'
import { DueWork } from './due-work.ts'
import { HandOver, refusedPauseMs } from './hand-over.ts'
import { place, type PlacementInput, type Waiting } from './placement.ts'
import type { QueuePool } from './queue-pool.ts'
import { judge } from './verdict.ts'
import type { TaskStore } from './task-store.ts'
import { isOpen, type QueueTask, type TaskChange, type TaskRecord } from './queue-task.ts'

/** Where the queue stands in the gate's line. */
const lineKey = 'queue'
const longestTimerMs = 2_000_000_000
const busyPauseMs = 20
/** Work whose budget is used up is offered again when that may have changed, and now and then. */
const budgetPauseMs = 60_000

/** Gives waiting work to instances, and judges what becomes of it. */
export class TaskRunner {
  readonly #store: TaskStore
  readonly #pool: QueuePool
  readonly #onReason: () => void
  #last: string | null = null
  /** A budget of everything is used up. */
  #budget: { endsAt: number; words: string } | null = null
  /** Why the work that could go to an instance was not let in when that was asked last. */
  #refusedBy: string | null = null
  readonly #due: DueWork
  readonly #handOver: HandOver
  #timer: NodeJS.Timeout | undefined
  #pumping = false
  #closed = false
  #held = false
  #waitsForDisk = false

  /** `onReason`: what waits waits for something else now. */
  constructor(store: TaskStore, pool: QueuePool, onReason: () => void) {
    this.#store = store
    this.#pool = pool
    this.#onReason = onReason
    this.#due = new DueWork(store, pool, (...ended) => this.end(...ended))
    this.#handOver = new HandOver({
      store,
      pool,
      isClosed: () => this.#closed,
      end: (...ended) => this.end(...ended),
      turnEnded: (...ended) => this.turnEnded(...ended),
      notBegun: (...refused) => this.#notBegun(...refused),
    })
  }

  /** Until when Claude's usage limit lasts; null when none is known. */
  get limitedUntil(): string | null {
    return this.#pool.limitedUntil()
  }

  /** Why nothing begins although instances may be free. */
  get heldBy(): string | null {
    return this.waitsForAll ?? this.#refusedBy
  }

  /** Why work that could go to an instance is not let in now; null when nothing of the kind waits. */
  get refusedBy(): string | null {
    return this.#refusedBy
  }

  /** The only instance that may take it; null: any. A conversation belongs to one at a time, so what is said in it goes nowhere else. */
  onlyTaker({ record }: QueueTask): string | null {
    if (record.aim !== null || record.conversationId === null) return record.aim
    const known = this.#pool.knownTo(record)
    // It goes to one that may take the work.
    return known === null || (this.#pool.fit(record).among?.has(known) ?? true) ? known : null
  }

  /** A budget may have room again: offers what was refused for it once more. */
  goOn(): void {
    this.#budget = null
    for (const work of this.#store.line.all()) if (isOfBudget(work.record.error)) work.notBefore = 0
    this.pump()
  }

  /** Waits no longer for the end of a usage limit. */
  forgetLimit(): void {
    this.#pool.forgetLimits()
    for (const work of this.#store.line.all()) work.notBefore = 0
    this.pump()
  }

  /** Gives waiting work to free instances. Cheap when nothing waits or nobody is free. */
  pump(): void {
    if (this.#closed || this.#held || this.#pumping) return
    this.#pumping = true
    try {
      this.#waitForDisk()
      this.#due.giveUp()
      const mayPlace = this.#store.line.length > 0 && this.#stoppedBy === null
      const { refusedBy, stands } = mayPlace ? this.#place() : { refusedBy: null, stands: false }
      if (!stands) this.#pool.gate.forget(lineKey)
      if (refusedBy !== this.#refusedBy) this.#onReason()
      this.#refusedBy = refusedBy
    } finally {
      this.#pumping = false
      this.#arm()
    }
  }

  /** What the disk does not take would be done without anybody knowing. */
  #waitForDisk(): void {
    if (this.#store.heldBy === null || this.#waitsForDisk) return
    this.#waitsForDisk = true
    this.#onReason()
    this.#store.onceWritable(() => {
      this.#waitsForDisk = false
      this.#onReason()
      this.pump()
    })
  }

  /** Nothing begins until it is let go: what the last run left is decided about first. */
  hold(): void {
    this.#held = true
  }

  letGo(): void {
    this.#held = false
    this.pump()
  }

  /** No more work begins, and what ends now is judged at the next start. Resolves when nothing is on its way to an instance any more. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#handOver.idle()
  }

  /** Judges a turn that has ended: the task has its end, or is tried again. */
  async turnEnded(work: QueueTask, turn: Turn): Promise<void> {
    const { record } = work
    if (this.#closed || !isOpen(record)) return
    const { ending } = work
    if (ending && turn.outcome !== 'done') return this.end(work, ending.state, ending.error, turn)
    const tools = turn.outcome === 'done' ? [] : await this.#toolsOf(record.conversationId, turn.id)
    const verdict = judge(turn, record, tools, Date.now())
    if (verdict.state === 'done') return this.end(work, 'done', null, turn)
    if (verdict.state === 'failed') return this.end(work, 'failed', verdict.error, turn)
    // Nobody waits for what another attempt would say.
    if (work.record.callerGone) return this.end(work, 'failed', verdict.error, turn)
    const { error, goesOn: hasEffects } = verdict
    const pastTurnIds = [...(record.pastTurnIds ?? []), turn.id]
    const repeated = { error, lastTurnId: turn.id, pastTurnIds, turnId: newId('turn'), hasEffects }
    if (verdict.state === 'again') return this.#later(work, verdict.delayMs, repeated)
    await this.#later(work, verdict.untilMs - Date.now(), { ...repeated, attempts: record.attempts - 1 })
  }

  /** What cannot be read any more may have been anything. */
  async #toolsOf(conversationId: string | null, turnId: string): Promise<string[]> {
    if (conversationId === null) return []
    return this.#pool.toolsOf(conversationId, turnId).catch(() => ['Something'])
  }

  /** Withdraws what waits, all of it or none. Throws what a full disk throws. */
  async withdraw(works: readonly QueueTask[], error: NonNullable<TaskRecord['error']>): Promise<void> {
    const change = {
      state: 'cancelled' as const,
      error,
      endedAt: new Date().toISOString(),
      nextAttemptAt: null,
      images: [],
      attachments: [],
    }
    await this.#store.changeAll(works.map((work) => ({ work, change })))
    for (const work of works) work.giveUp(givenUp(error))
    this.pump()
  }

  async end(work: QueueTask, state: 'done' | 'failed' | 'cancelled', error: TaskRecord['error'], turn?: Turn): Promise<void> {
    const change = { state, error, endedAt: new Date().toISOString(), nextAttemptAt: null, images: [], attachments: [] }
    work.lastTurn = turn ?? null
    // That it is done stands in its turn, which is on disk: where this is lost, it is read there.
    if (state === 'done') this.#store.settleSoon(work, change)
    else await this.#store.settle(work, change)
    work.lastTurn = null
    if (turn) work.finish(turn)
    else work.giveUp(givenUp(error))
    this.pump()
  }

  /** Why no work at all begins now, whoever would take it; null when some may. */
  get waitsForAll(): string | null {
    return this.#stoppedBy ?? this.#pool.limitOfAll()
  }

  /** Why nothing is offered to any instance; null when it is. A usage limit does not stop that: the gate says when it ends. */
  get #stoppedBy(): string | null {
    if (this.#budget && performance.now() >= this.#budget.endsAt) this.#budget = null
    return this.#store.heldBy ?? this.#pool.heldBy() ?? this.#lacking ?? this.#budget?.words ?? null
  }

  /** Why no instance takes usual work, while nothing waits that is of another kind. */
  get #lacking(): string | null {
    const lacking = this.#pool.lacks({})
    return this.#store.line.unusual === 0 ? lacking : null
  }

  /** Sends what has an instance and a place. `refusedBy`: why something that has an instance has no place; `stands`: the gate knows of it. */
  #place(): { refusedBy: string | null; stands: boolean } {
    const began = performance.now()
    const { candidates: all, growth: allowed, firsts, ...situation } = this.#pool.situation()
    const candidates = this.#takers(all)
    const growth = Math.max(0, allowed - this.#handOver.growing)
    const unstarted = candidates.some(({ takesWork, load, running, rests }) => takesWork && load === 0 && !running && !rests)
    let stands = false
    let refusedBy = unstarted && !situation.mayStart ? 'Not enough memory for another process' : null
    const making = { growth, firsts: this.#store.line.unusual > 0 ? Math.max(0, (firsts ?? allowed) - this.#handOver.growing) : 0 }
    for (const placement of place({ ...situation, ...making, candidates, waiting: this.#ready(began), last: this.#last })) {
      const work = this.#store.find(placement.id)
      const { instanceId } = placement
      if (!work || (instanceId !== null && this.#pool.wake(instanceId))) continue
      // Asked anew: what has a place already may have taken that process away.
      const starts = instanceId === null || work.record.fresh === true || !this.#pool.hasProcess(instanceId)
      const answer = this.#askGate(work, instanceId, starts)
      if (!isPlace(answer)) {
        refusedBy = answer.words
        stands = true
        if (answer.code === 'memory' || answer.code === 'limit') continue
        break
      }
      if (instanceId !== null) this.#last = instanceId
      this.#handOver.take(work, { ...placement, ms: performance.now() - began }, answer, () => this.pump())
    }
    return { refusedBy, stands }
  }

  /** Where nothing waits but usual work, nobody looks through it for what a lent instance could do. */
  #takers(candidates: PlacementInput['candidates']): PlacementInput['candidates'] {
    if (this.#store.line.unusual > 0) return candidates
    return candidates.map((one) => (typeof one.lease === 'string' ? { ...one, takesWork: false } : one))
  }

  #askGate({ record, acceptedAt: since }: QueueTask, instanceId: string | null, starts: boolean): Place | Hindrance {
    return this.#pool.gate.ask({ key: lineKey, instanceId, priority: record.priority, since, starts, again: () => this.pump() })
  }

  *#ready(now: number): Generator<Waiting> {
    for (const work of this.#store.line.all()) {
      const { id, record, handing, notBefore } = work
      if (handing || notBefore > now || (record.aim !== null && !this.#pool.hasInstance(record.aim))) continue
      const place = { known: this.#pool.knownTo(record), conversation: this.#pool.conversationOf(record) }
      const { fresh, lease = null } = record
      yield { id, aim: this.onlyTaker(work), ...place, ...this.#pool.fit(record), fresh: fresh === true, lease }
    }
  }

  /** It was refused before the prompt was a message: it waits again, as the same turn, and not at once. */
  async #notBegun(work: QueueTask, error: AppError): Promise<void> {
    if (this.#closed || !isOpen(work.record)) return
    if (error.code === 'TASK_GONE') return this.end(work, 'cancelled', error.toInfo())
    if (error.code === 'CONVERSATION_ARCHIVED' || error.code === 'NOT_FOUND') return this.end(work, 'failed', error.toInfo())
    const { attempts, state } = work.record
    const change = state === 'running' ? { attempts: attempts - 1 } : {}
    // Somebody else's message was quicker: it stands where it stood, and nothing went wrong.
    if (error.code === 'STATE_CONFLICT') return this.#later(work, busyPauseMs, change)
    const info = error.toInfo()
    if (isOfBudget(info) && info.data?.['scope'] === 'all')
      this.#budget = { endsAt: performance.now() + budgetPauseMs, words: info.message }
    await this.#later(work, isOfBudget(info) ? budgetPauseMs : refusedPauseMs, { ...change, error: error.toInfo() })
  }

  async #later(work: QueueTask, delayMs: number, change: TaskChange): Promise<void> {
    work.notBefore = performance.now() + delayMs
    work.turnEndsAt = Number.POSITIVE_INFINITY
    const nextAttemptAt = delayMs <= busyPauseMs ? null : new Date(Date.now() + delayMs).toISOString()
    await this.#store.settle(work, { ...change, state: 'waiting', instanceId: null, nextAttemptAt })
    this.pump()
  }

  /** Wakes when the next thing is due that nobody else tells of. */
  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const now = performance.now()
    // Without work nobody asks whether a budget has room again.
    const ofBudget = this.#store.line.length > 0 ? (this.#budget?.endsAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    const next = Math.min(ofBudget, this.#due.nextAfter(now))
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.pump(), Math.min(next - now + 5, longestTimerMs))
  }
}

function isOfBudget(error: TaskRecord['error']): boolean {
  return error?.code === 'LIMIT_REACHED' && error.data?.['budgetId'] !== undefined
}

/** For those who wait for it: `reason` is what the task says as its error. */
function givenUp(error: TaskRecord['error']): AppError {
  if (error === null) return new AppError('STATE_CONFLICT', 'The task was dropped.')
  return new AppError('STATE_CONFLICT', error.message, { data: { reason: error.code } })
}
