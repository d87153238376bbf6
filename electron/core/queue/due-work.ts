import type { QueuePool } from './queue-pool.ts'
import { isOpen, type QueueTask, type TaskRecord } from './queue-task.ts'
import type { TaskStore } from './task-store.ts'

/** Ends work before it is done. */
type End = (work: QueueTask, state: 'failed', error: NonNullable<TaskRecord['error']>) => Promise<void>

const leaseEnded = {
  code: 'LEASE_ENDED',
  message: 'The lease ended before this could start. Press Retry to run it on the same instance without one.',
}
const tooLate = { code: 'DEADLINE_PASSED', message: 'Its deadline passed before it finished. Press Retry to run it without one.' }

/** Gives up work whose time is over: its deadline, the time of its turn, or the lease that it waits for. */
export class DueWork {
  readonly #store: TaskStore
  readonly #pool: QueuePool
  readonly #end: End

  constructor(store: TaskStore, pool: QueuePool, end: End) {
    this.#store = store
    this.#pool = pool
    this.#end = end
  }

  giveUp(): void {
    this.#expire()
    this.#endUnleased()
  }

  /** When work of a later time is due, on the monotonic clock; infinite where none is. */
  nextAfter(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const work of this.#store.timed()) {
      const { record, notBefore, expiresAt, turnEndsAt } = work
      if (!isOpen(record)) continue
      if (record.state === 'waiting' && notBefore > now) next = Math.min(next, notBefore)
      if (expiresAt > now) next = Math.min(next, expiresAt)
      if (turnEndsAt > now) next = Math.min(next, turnEndsAt)
    }
    return next
  }

  /** What has not ended in time; a running turn is interrupted and keeps what was said. */
  #expire(): void {
    const now = performance.now()
    for (const work of this.#store.timed()) {
      const error = work.expiresAt <= now ? tooLate : work.turnEndsAt <= now ? tooLong(work.record) : null
      if (error === null || work.handing || work.ending || !isOpen(work.record)) continue
      work.ending = { state: 'failed', error }
      const { state, instanceId, turnId } = work.record
      if (state === 'waiting') void this.#end(work, 'failed', error)
      else if (instanceId !== null) void this.#pool.interrupt(instanceId, turnId).catch(() => {})
    }
  }

  /** What waits for an instance that is lent to its caller no more. */
  #endUnleased(): void {
    if (this.#store.line.unusual === 0) return
    const isOver = ({ record: { lease }, handing, ending }: QueueTask) =>
      typeof lease === 'string' && !handing && !ending && !this.#pool.hasLease(lease)
    for (const work of this.#store.line.all().filter(isOver)) {
      work.ending = { state: 'failed', error: leaseEnded }
      void this.#end(work, 'failed', leaseEnded)
    }
  }
}

function tooLong({ turnTimeoutSeconds = 0 }: TaskRecord): NonNullable<TaskRecord['error']> {
  return { code: 'TIMED_OUT', message: `It took longer than ${turnTimeoutSeconds} seconds. Retry it, or give it more time.` }
}
