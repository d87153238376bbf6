import { toAppError, type AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { UnitAsk } from './journal-entry.ts'
import { addLive, type HandedIn, type Live, type UnitEnd, type UnitHost } from './unit-host.ts'

/** A part whose work was journaled, and may have been handed in. */
export type UnitAtWork = {
  readonly step: string
  readonly unit: string
  readonly ids: HandedIn['ids']
  readonly ask: UnitAsk
  /** Why the run has it stopped; undefined: it has not. */
  stoppedBy: ErrorInfo | null | undefined
}

export type UnitsAtWorkDeps = {
  runId: string
  recipe: string
  turns: UnitHost
  runs: UnitHost
  /** Something has ended. */
  onEnd: () => void
  retryMs?: number | undefined
}

/** There may be room later. */
const passing: ReadonlySet<string> = new Set(['LIMIT_REACHED', 'UNAVAILABLE', 'DISK_FULL', 'DATA_FOLDER_READONLY', 'DATA_FOLDER_MISSING'])
const usualRetryMs = 1_000

/** The parts of one run that are being done: hands each in once, whatever happens, and gathers how they end. */
export class UnitsAtWork {
  readonly #deps: UnitsAtWorkDeps
  readonly #works = new Map<string, UnitAtWork>()
  readonly #offs = new Map<string, () => void>()
  #ends: { work: UnitAtWork; end: UnitEnd }[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed = false

  constructor(deps: UnitsAtWorkDeps) {
    this.#deps = deps
  }

  /** Takes a part up, and hands it in `after` it is in the journal. `mayBeThere`: it may have been handed in before, so that is looked up first. */
  take(work: Omit<UnitAtWork, 'stoppedBy'>, { mayBeThere, after }: { mayBeThere: boolean; after: Promise<void> }): void {
    const { taskId } = work.ids
    const one: UnitAtWork = { ...work, stoppedBy: undefined }
    this.#works.set(taskId, one)
    this.#offs.set(
      taskId,
      this.#host(one).onEnd(taskId, (end) => this.#ended(one, end)),
    )
    void after.then(() => this.#handIn(one, mayBeThere))
  }

  /** Ends a part; why is kept for when it has. */
  stop(taskId: string, error: ErrorInfo | null): void {
    const work = this.#works.get(taskId)
    if (!work || work.stoppedBy !== undefined) return
    work.stoppedBy = error
    void this.#cancel(work)
  }

  /** What has ended since this was asked last. */
  takeEnds(): { work: UnitAtWork; end: UnitEnd }[] {
    const ends = this.#ends
    this.#ends = []
    return ends
  }

  /** It is in the journal: nothing has to be known of it any more. */
  forget(taskId: string): void {
    this.#offs.get(taskId)?.()
    this.#offs.delete(taskId)
    this.#works.delete(taskId)
  }

  /** What those of a step have taken so far. */
  live(step: string): Live {
    const sum = { costUsd: 0, turns: 0 }
    for (const work of this.#works.values()) {
      if (work.step === step) addLive(sum, this.#host(work).live(work.ids.taskId))
    }
    return sum
  }

  close(): void {
    this.#closed = true
    for (const off of this.#offs.values()) off()
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #host({ ask }: UnitAtWork): UnitHost {
    return ask.kind === 'turn' ? this.#deps.turns : this.#deps.runs
  }

  async #handIn(work: UnitAtWork, mayBeThere: boolean): Promise<void> {
    const { ids, ask, step, unit } = work
    const { runId, recipe } = this.#deps
    try {
      const found = mayBeThere ? await this.#host(work).find(ids) : null
      if (this.#closed || found === 'open') return
      if (found) return this.#ended(work, found)
      if (work.stoppedBy !== undefined) return this.#ended(work, failed(null))
      await this.#host(work).add({ ids, ask, origin: { runId, recipe, stepId: step, unit } })
      // It was to be stopped while it went there.
      if (work.stoppedBy !== undefined) await this.#cancel(work)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (passing.has(error.code)) this.#later(() => this.#handIn(work, true))
      else this.#ended(work, failed(error))
    }
  }

  async #cancel(work: UnitAtWork): Promise<void> {
    try {
      await this.#host(work).cancel(work.ids.taskId)
    } catch {
      if (this.#works.has(work.ids.taskId)) this.#later(() => this.#cancel(work))
    }
  }

  #later(again: () => Promise<void>): void {
    if (this.#closed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void again()
    }, this.#deps.retryMs ?? usualRetryMs)
    this.#timers.add(timer)
  }

  #ended(work: UnitAtWork, end: UnitEnd): void {
    const { taskId } = work.ids
    if (this.#closed || !this.#offs.has(taskId)) return
    // The first end counts.
    this.#offs.get(taskId)?.()
    this.#offs.delete(taskId)
    this.#ends.push({ work, end })
    this.#deps.onEnd()
  }
}

function failed(error: AppError | null): UnitEnd {
  const state = error === null ? 'cancelled' : 'failed'
  return { state, text: '', error: error?.toInfo() ?? null, isCutOff: false, turns: [], conversationId: null, instanceId: null }
}
