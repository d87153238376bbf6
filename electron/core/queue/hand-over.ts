import { toAppError, type AppError } from '../../../shared/app-error.ts'
import type { Choice } from '../../../shared/domain/pool.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Place } from '../gate/place.ts'
import type { Placement } from './placement.ts'
import type { Grown, QueuePool } from './queue-pool.ts'
import type { QueueTask, TaskRecord } from './queue-task.ts'
import type { TaskStore } from './task-store.ts'

/** Where work goes, and how long choosing that took. */
export type Handing = Placement & { ms: number }

export type HandOverDeps = {
  store: TaskStore
  pool: QueuePool
  isClosed: () => boolean
  end: (work: QueueTask, state: 'failed' | 'cancelled', error: TaskRecord['error']) => Promise<void>
  turnEnded: (work: QueueTask, turn: Turn) => Promise<void>
  /** The attempt did not become a message. */
  notBegun: (work: QueueTask, error: AppError) => Promise<void>
}

/** What is wrong with a configuration that work brings along. */
const ofLaunch: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'NOT_FOUND',
  'FOLDER_MISSING',
  'FOLDER_NOT_DIRECTORY',
  'FOLDER_UNREADABLE',
  'SECRET_MISSING',
])
/** An instance that refused work is not offered the same at once. */
export const refusedPauseMs = 1_000

/** Brings work that has an instance and a place to that instance, or to one that is made for it. */
export class HandOver {
  readonly #deps: HandOverDeps
  #growing = 0
  /** Work that is being given to instances. */
  readonly #onTheirWay = new Set<Promise<void>>()

  constructor(deps: HandOverDeps) {
    this.#deps = deps
  }

  /** Instances that are being made. */
  get growing(): number {
    return this.#growing
  }

  /** Takes work along; `settled` is called when it is there, or is not going there. */
  take(work: QueueTask, handing: Handing, place: Place, settled: () => void): void {
    const { instanceId } = handing
    work.handing = true
    if (instanceId === null) this.#growing += 1
    const release = instanceId === null ? null : this.#deps.pool.reserve(instanceId)
    const handed = this.#hand(work, handing, place, release).finally(settled)
    this.#onTheirWay.add(handed)
    void handed.finally(() => this.#onTheirWay.delete(handed))
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#onTheirWay)
  }

  async #hand(work: QueueTask, placement: Handing, place: Place, reserved: (() => void) | null): Promise<void> {
    let release = reserved
    work.sent = false
    try {
      const grown = placement.instanceId === null ? await this.#grown(work) : null
      release ??= grown?.release ?? null
      const instanceId = placement.instanceId ?? grown?.instanceId ?? null
      if (instanceId !== null) await this.#give(work, { ...placement, instanceId }, place)
      // Nobody can be made now, whatever it looked like.
      else work.notBefore = performance.now() + refusedPauseMs
    } catch (thrown) {
      await this.#deps.notBegun(work, toAppError(thrown))
    } finally {
      work.handing = false
      // A turn that has begun holds the place itself by now.
      if (!work.sent) place.giveBack()
      release?.()
    }
  }

  async #give(work: QueueTask, { instanceId, strategy, reason, ms }: Handing & { instanceId: string }, place: Place): Promise<void> {
    const { pool, store, isClosed, end, turnEnded, notBegun } = this.#deps
    if (isClosed()) return
    const known = pool.knownTo(work.record)
    const hit = known === null ? null : known === instanceId
    const choice: Choice = { instanceId, strategy, reason, ms: Math.round(ms * 100) / 100, hit }
    const before = pool.conversationOf(work.record)
    const conversationId = await this.#conversationFor(work, instanceId)
    if (conversationId !== before) work.prepared = conversationId
    const conversationIsNew = conversationId !== before || work.record.conversationIsNew
    if (isClosed() || work.record.state !== 'waiting') return
    if (work.ending) return end(work, work.ending.state, work.ending.error)
    await pool.checkBudget(conversationId, instanceId)
    if (work.record.state !== 'waiting') return
    const attempts = work.record.attempts + 1
    const begun = { state: 'running' as const, instanceId, attempts, choice, nextAttemptAt: null }
    await store.change(work, { ...begun, conversationId, conversationIsNew })
    const { done } = await pool.begin(work.record, work.acceptedAt, place)
    work.hasBegun()
    done.then(
      (turn) => turnEnded(work, turn),
      (thrown: unknown) => notBegun(work, toAppError(thrown)),
    )
    // It was withdrawn, or its time was up, while it went there.
    if (work.ending) await pool.interrupt(instanceId, work.record.turnId)
  }

  /** What was made for an attempt that could not begin serves the next one: else each of them would leave an empty conversation. */
  async #conversationFor({ record, prepared }: QueueTask, instanceId: string): Promise<string> {
    const { pool } = this.#deps
    if (prepared === null || record.conversationId !== null) return pool.conversationFor(record, instanceId)
    return pool.conversationFor({ ...record, conversationId: prepared }, instanceId).catch((thrown: unknown) => {
      // It was deleted meanwhile.
      if (toAppError(thrown).code !== 'NOT_FOUND') throw thrown
      return pool.conversationFor(record, instanceId)
    })
  }

  async #grown(work: QueueTask): Promise<Grown | null> {
    try {
      return await this.#deps.pool.grow(work.record)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (work.record.launch === undefined || !ofLaunch.has(error.code)) throw thrown
      // The work has brought it along, so it would meet the same again.
      await this.#deps.end(work, 'failed', error.toInfo())
      return null
    } finally {
      this.#growing -= 1
    }
  }
}
