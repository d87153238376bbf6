import type { RunEvent, RunSummary } from '../../../shared/domain/run.ts'
import { EventLog, type Identified, type StreamOptions } from '../events/event-log.ts'
import { isSameAsks } from './run-asks.ts'
import type { RunRecord } from './run-record.ts'
import { stepNews } from './run-view.ts'

export type RunNewsDeps = {
  /** Tells everybody how a run is now. */
  onRun: (run: RunSummary) => void
  summary: (id: string) => RunSummary | undefined
  /** The shortest time between two of the same kind. */
  gatherMs?: number | undefined
}

const usualGatherMs = 100
/** Of one run for everybody. */
const summaryFactor = 3
/** With more steps at once the reader had better fetch the run. */
const mostSteps = 200
const mostEvents = 1_000

type Summed = { told: RunSummary; next: RunSummary | null; timer: NodeJS.Timeout }
type Watched = { log: EventLog<RunEvent>; run: RunRecord | null; toldSeq: number; readers: number; timer: NodeJS.Timeout | null }

/**
 * Tells what becomes of runs: the state of each to everybody, its steps to those who look at it. What changes ten thousand times is not told
 * ten thousand times.
 */
export class RunNews {
  readonly #deps: RunNewsDeps
  readonly #gatherMs: number
  readonly #summed = new Map<string, Summed>()
  readonly #watched = new Map<string, Watched>()

  constructor(deps: RunNewsDeps) {
    this.#deps = deps
    this.#gatherMs = deps.gatherMs ?? usualGatherMs
  }

  /** Something of a run has changed. */
  changed(run: RunRecord, summary: RunSummary): void {
    this.#sum(summary)
    const watched = this.#watched.get(summary.id)
    if (!watched) return
    watched.run = run
    watched.timer ??= setTimeout(() => this.#tell(summary.id), this.#gatherMs)
  }

  /** What happens in a run from now on; begins with `sync`, unless it goes on from an event that was seen. */
  async *stream(id: string, record: RunRecord, options: StreamOptions): AsyncGenerator<Identified<RunEvent>, void, void> {
    const watched = this.#watched.get(id) ?? this.#watch(id, record)
    watched.readers += 1
    try {
      yield* watched.log.stream(options)
    } finally {
      watched.readers -= 1
      if (watched.readers === 0) this.#unwatch(id, watched)
    }
  }

  close(): void {
    for (const { timer } of this.#summed.values()) clearTimeout(timer)
    this.#summed.clear()
    for (const [id, watched] of this.#watched) this.#unwatch(id, watched)
  }

  #sum(summary: RunSummary): void {
    const { id } = summary
    const known = this.#summed.get(id)
    if (known && !isUrgent(known.told, summary)) {
      known.next = summary
      return
    }
    clearTimeout(known?.timer)
    this.#deps.onRun(summary)
    const timer = setTimeout(() => this.#sumLater(id), this.#gatherMs * summaryFactor)
    this.#summed.set(id, { told: summary, next: null, timer })
  }

  #sumLater(id: string): void {
    const next = this.#summed.get(id)?.next
    this.#summed.delete(id)
    if (next) this.#sum(next)
  }

  #watch(id: string, record: RunRecord): Watched {
    const sync = (seq: number): RunEvent => {
      const run = this.#deps.summary(id)
      if (!run) throw new RangeError(`There is no run ${id}.`)
      return { type: 'sync', seq, run }
    }
    const log = new EventLog<RunEvent>({ sync, maxEvents: mostEvents })
    const watched: Watched = { log, run: null, toldSeq: record.seq, readers: 0, timer: null }
    this.#watched.set(id, watched)
    return watched
  }

  #unwatch(id: string, watched: Watched): void {
    clearTimeout(watched.timer ?? undefined)
    watched.log.close()
    if (this.#watched.get(id) === watched) this.#watched.delete(id)
  }

  #tell(id: string): void {
    const watched = this.#watched.get(id)
    const summary = this.#deps.summary(id)
    if (!watched?.run || !summary) return
    const { log, run, toldSeq } = watched
    watched.timer = null
    watched.toldSeq = run.seq
    const changed = [...run.steps.values()].filter(({ seq }) => seq > toldSeq)
    if (changed.length > mostSteps) return void log.publish((seq) => ({ type: 'sync', seq, run: summary }))
    for (const step of changed) log.publish((seq) => ({ type: 'step', seq, step: stepNews(step, run) }))
    log.publish((seq) => ({ type: 'run', seq, run: summary }))
  }
}

/** Somebody may act on it, so it does not wait. */
function isUrgent(told: RunSummary, now: RunSummary): boolean {
  return (
    told.state !== now.state ||
    told.stepsEnded !== now.stepsEnded ||
    told.needs.join() !== now.needs.join() ||
    !isSameAsks(told.asks, now.asks)
  )
}
