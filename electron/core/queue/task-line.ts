import { AppError } from '../../../shared/app-error.ts'
import { indexOf, insertByRank, rankBefore } from './ranks.ts'
import type { QueueTask } from './queue-task.ts'

/** Work beyond this is refused; the caller is told when to try again. */
export const mostWaiting = 10_000
/** Text that may wait, so that a full queue still fits into memory. */
const mostWaitingChars = 100_000_000

/** What waits, in the order in which it will be worked off. */
export class TaskLine {
  #line: QueueTask[] = []
  #chars = 0
  #unusual = 0

  get length(): number {
    return this.#line.length
  }

  /** Work that not every instance may take: some could begin although usual work cannot. */
  get unusual(): number {
    return this.#unusual
  }

  all(): readonly QueueTask[] {
    return this.#line
  }

  join(work: QueueTask): void {
    insertByRank(this.#line, work)
    this.#chars += work.record.text.length
    this.#unusual += unusual(work)
  }

  leave(work: QueueTask): void {
    const at = indexOf(this.#line, work)
    if (at < 0) return
    this.#line.splice(at, 1)
    this.#chars -= work.record.text.length
    this.#unusual -= unusual(work)
  }

  /** Many at once. */
  leaveAll(works: ReadonlySet<QueueTask>): void {
    const others = this.#line.filter((work) => !works.has(work))
    if (others.length === this.#line.length) return
    this.#line = others
    this.#chars = others.reduce((sum, { record }) => sum + record.text.length, 0)
    this.#unusual = others.reduce((sum, work) => sum + unusual(work), 0)
  }

  /** The rank directly before another one; null: behind all. */
  rankFor(work: QueueTask, next: QueueTask | null): number {
    if (next === null) return Math.max(work.record.rank, (this.#line.at(-1)?.record.rank ?? 0) + 1)
    const others = this.#line.filter((one) => one !== work)
    return rankBefore(others, next) ?? next.record.rank - 0.001
  }

  /** Throws LIMIT_REACHED, with the time after which to try again, where so much more does not fit. */
  checkRoom(texts: readonly string[]): void {
    const free = mostWaiting - this.#line.length
    const chars = texts.reduce((sum, text) => sum + text.length, 0)
    if (texts.length <= free && this.#chars + chars <= mostWaitingChars) return
    const advice = texts.length === 1 || free <= 0 ? 'Try again when some are done' : `Hand in at most ${free} now, the others later`
    throw new AppError(
      'LIMIT_REACHED',
      `The queue holds ${this.#line.length} tasks and takes ${mostWaiting}, or ${mostWaitingChars / 1e6} million characters. Nothing was added. ${advice}.`,
      { data: { limit: mostWaiting, free: Math.max(0, free), retryAfterSeconds: 10 } },
    )
  }
}

function unusual({ record: { aim, labels, launch } }: QueueTask): number {
  return aim === null && labels === undefined && launch === undefined ? 0 : 1
}
