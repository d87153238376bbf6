import type { FiringRecord, JournalEntry, Known, Mark } from './journal-entry.ts'

/** How the key of another run's end begins. */
export const runKeyStart = 'run:'
/** The same key starts nothing for so many firings. */
const mostKeys = 5_000

/** What a journal's lines come to. */
export class JournalFold {
  /** By id, the oldest first: those that are not over, or all of them. */
  readonly firings = new Map<string, FiringRecord>()
  readonly keys = new Map<string, Known>()
  failures = 0
  lastFiredAt: string | null = null
  lastDueAt: string | null = null
  mark: Mark | null = null
  pausedBecause: string | null = null
  readonly #keepsAll: boolean

  constructor({ keepsAll = false } = {}) {
    this.#keepsAll = keepsAll
  }

  apply(entry: JournalEntry): void {
    switch (entry.type) {
      case 'fired':
        return this.#fired(entry.firing, entry.mark)
      case 'taken':
        return this.#change(entry.id, { outcome: 'started' })
      case 'begun':
        return this.#change(entry.id, { runId: entry.runId, inputs: null })
      case 'dropped':
        if (entry.outcome === 'failed') this.failures += 1
        return this.#change(entry.id, { outcome: entry.outcome, reason: entry.reason, isOver: true, inputs: null })
      case 'ended':
        if (entry.runOutcome === 'failed') this.failures += 1
        if (entry.runOutcome === 'done') this.failures = 0
        return this.#change(entry.id, { runOutcome: entry.runOutcome, isOver: true, inputs: null })
      case 'paused':
        this.pausedBecause = entry.because
        return
      case 'resumed':
        this.pausedBecause = null
        this.failures = 0
        return
      case 'mark':
        this.mark = entry.mark
        return
      case 'sums':
        return this.#sums(entry)
    }
  }

  /** As one line, for a file that is written anew. */
  sums(): JournalEntry {
    const { failures, lastFiredAt, lastDueAt, mark, pausedBecause } = this
    return { type: 'sums', failures, lastFiredAt, lastDueAt, mark, pausedBecause, keys: [...this.keys] }
  }

  #fired(firing: FiringRecord, mark: Mark | undefined): void {
    if (mark) this.mark = mark
    if (firing.outcome !== 'skipped') this.lastFiredAt = firing.at
    // A clock that was set back must not bring times back that have come already.
    if (firing.dueAt !== null) this.lastDueAt = firing.dueAt
    if (firing.outcome === 'failed') this.failures += 1
    this.#keep(firing)
  }

  #change(id: string, change: Partial<FiringRecord>): void {
    const firing = this.firings.get(id)
    if (firing) this.#keep({ ...firing, ...change })
  }

  #keep(firing: FiringRecord): void {
    if (firing.isOver && !this.#keepsAll) this.firings.delete(firing.id)
    else this.firings.set(firing.id, firing)
    if (firing.key === null) return
    const { id, outcome, runId, reason } = firing
    // What failed may be tried again by its caller. The end of a run has none, and would come again with each start.
    if (outcome === 'failed' && !firing.key.startsWith(runKeyStart)) this.keys.delete(firing.key)
    else this.keys.set(firing.key, { id, outcome, runId, reason })
    const oldest = this.keys.size > mostKeys ? this.keys.keys().next().value : undefined
    if (oldest !== undefined) this.keys.delete(oldest)
  }

  #sums({ failures, lastFiredAt, lastDueAt, mark, pausedBecause, keys }: Extract<JournalEntry, { type: 'sums' }>): void {
    Object.assign(this, { failures, lastFiredAt, lastDueAt, mark, pausedBecause })
    for (const [key, known] of keys) this.keys.set(key, known)
  }
}
