import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Recipe } from '../../../shared/domain/recipe.ts'
import type { RunCause, RunState, RunSummary } from '../../../shared/domain/run.ts'
import type { StartRun } from '../runs/run-inputs.ts'
import type { RunEnd, RunOrder, RunOutcome, RunStarter } from './run-starter.ts'

/** What is needed of the runs that are there. */
export type RunsPort = {
  start: (run: StartRun) => Promise<string>
  /** The run that this key has begun; null where it has begun none. */
  startedWith: (key: string) => Promise<string> | null
  find: (id: string) => RunSummary | undefined
  ended: () => Iterable<RunSummary>
  cancel: (id: string) => Promise<unknown>
  onEnded: (listener: (run: RunSummary) => void) => () => void
}

export type RecipeRunsDeps = {
  runs: RunsPort
  /** The recipe as it is now. Throws NOT_FOUND, or BAD_REQUEST with its first fault. */
  recipe: (name: string) => Promise<Recipe>
}

/** Older ones have been told of long ago, and are not kept track of for ever. */
const mostRecent = 1_000
/** Recipes are nested less deep. */
const mostNested = 20

/** Runs of recipes by name, as triggers start them. */
export class RecipeRuns implements RunStarter {
  readonly #deps: RecipeRunsDeps
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>()
  readonly #stopListening: () => void
  #closed = false

  constructor(deps: RecipeRunsDeps) {
    this.#deps = deps
    this.#stopListening = deps.runs.onEnded(({ id }) => this.#settle(id))
  }

  async start({ recipe, inputs, trigger, key, cause }: RunOrder): Promise<{ id: string }> {
    const { runs } = this.#deps
    // The recipe may have changed since it was begun, or be gone.
    const known = await runs.startedWith(key)
    if (known !== null) return { id: known }
    return { id: await runs.start({ recipe: await this.#deps.recipe(recipe), inputs, trigger, key, cause }) }
  }

  endOf(id: string): RunOutcome | 'unknown' | null {
    const run = this.#deps.runs.find(id)
    return run === undefined ? 'unknown' : outcomeOf(run.state)
  }

  async cancel(id: string): Promise<void> {
    if (this.endOf(id) !== null) return
    if (this.#closed) throw closing()
    const over = this.#waiting.get(id) ?? Promise.withResolvers<void>()
    this.#waiting.set(id, over)
    try {
      await this.#deps.runs.cancel(id)
    } catch (thrown) {
      // One that is being cancelled already is waited for all the same.
      if (this.endOf(id) === null && toAppError(thrown).code !== 'STATE_CONFLICT') throw thrown
    }
    if (this.endOf(id) === null) await over.promise
    this.#waiting.delete(id)
  }

  onEnded(listener: (end: RunEnd) => void): () => void {
    return this.#deps.runs.onEnded((run) => {
      const end = this.#endIn(run)
      if (end) listener(end)
    })
  }

  recentEnds(): Iterable<RunEnd & { endedAt: string }> {
    const ends = [...this.#deps.runs.ended()].flatMap((run) => this.#endIn(run) ?? [])
    return ends.toSorted((a, b) => (a.endedAt < b.endedAt ? -1 : 1)).slice(-mostRecent)
  }

  /** Nobody waits for a run to end any longer. To be called before the triggers are closed. */
  close(): void {
    this.#closed = true
    this.#stopListening()
    for (const { promise, reject } of this.#waiting.values()) {
      promise.catch(() => {})
      reject(closing())
    }
  }

  #settle(id: string): void {
    this.#waiting.get(id)?.resolve()
  }

  #endIn(run: RunSummary): (RunEnd & { endedAt: string }) | null {
    const { id, recipe, cause, state, endedAt, error } = run
    const outcome = outcomeOf(state)
    if (outcome === null || endedAt === null) return null
    return { id, recipe, cause, origin: this.#originOf(cause), outcome, reason: error?.message ?? null, endedAt }
  }

  /** What has started the run that it is nested in. */
  #originOf(cause: RunCause): RunCause {
    let origin = cause
    for (let depth = 0; origin.kind === 'run' && depth < mostNested; depth += 1) {
      const around = this.#deps.runs.find(origin.runId)
      if (!around) break
      origin = around.cause
    }
    return origin
  }
}

function outcomeOf(state: RunState): RunOutcome | null {
  return state === 'done' || state === 'failed' || state === 'cancelled' ? state : null
}

function closing(): AppError {
  return new AppError('UNAVAILABLE', 'Bullpen is closing. The run is started when it is there again.')
}
