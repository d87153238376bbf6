import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Recipe } from '../../../shared/domain/recipe.ts'
import type { RunFigure } from '../../../shared/domain/run-figures.ts'
import type { Run, RunCause, RunEvent, RunRequest, RunSummary } from '../../../shared/domain/run.ts'
import type { Identified, StreamOptions } from '../events/event-log.ts'
import { figureOf } from './run-figure.ts'
import { RunNews } from './run-news.ts'
import type { RunRecord } from './run-record.ts'
import { requestedRecipe, type RecipeSource } from './run-request.ts'
import { RunStore } from './run-store.ts'
import type { RunStoreDeps } from './run-store-deps.ts'

export type RunsDeps = Omit<RunStoreDeps, 'recipe' | 'onRun'> & {
  recipes: RecipeSource
  /** Tells everybody how a run is now. */
  onRun: (run: RunSummary) => void
  /** Hears of every run that ends, again where it was tried again. */
  onFigure?: ((figure: RunFigure) => void) | undefined
}

/** Runs as the doors know them: begun by a recipe's name or text, and told as they go. */
export class Runs {
  readonly store: RunStore
  readonly #recipes: RecipeSource
  readonly #news: RunNews
  /** Those who wait for a run to end. */
  readonly #waiting = new Map<string, Set<() => void>>()
  readonly #ended = new Set<(run: RunSummary) => void>()
  readonly #onFigure: RunsDeps['onFigure']
  #closed = false

  constructor({ recipes, onRun, onFigure, ...deps }: RunsDeps) {
    this.#recipes = recipes
    this.#onFigure = onFigure
    this.store = new RunStore({
      ...deps,
      recipe: (name, folder) => namedRecipe(recipes, name, folder),
      onRun: (summary, run) => this.#changed(summary, run),
    })
    this.#news = new RunNews({ onRun, summary: (id) => this.store.find(id) })
  }

  /** Begins a run; resolves once it is on disk. Throws BAD_REQUEST with the faults of the recipe, NOT_FOUND, STATE_CONFLICT. */
  async start(request: RunRequest, { key, cause }: { key?: string | undefined; cause: RunCause }): Promise<string> {
    const recipe = await requestedRecipe(request, this.#recipes)
    return this.store.start({ recipe, inputs: request.inputs, key, cause, folder: request.folder })
  }

  /** A run once it has ended, or something in it waits for a person. Throws NOT_FOUND, and UNAVAILABLE when the app closes. */
  async settled(id: string, signal?: AbortSignal): Promise<Run> {
    for (;;) {
      const { state } = this.store.summary(id)
      if (state !== 'running' || signal?.aborted === true) return this.store.get(id)
      if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Read the run when it has started again.')
      await this.#change(id, signal)
    }
  }

  /** What happens in a run; begins with `sync`, unless it goes on from an event that was seen. Throws NOT_FOUND. */
  events(id: string, options: StreamOptions): AsyncGenerator<Identified<RunEvent>, void, void> {
    this.store.summary(id)
    return this.#stream(id, options)
  }

  /** Told of every run that ends, again where it was tried again; the answer takes that back. */
  onEnded(listener: (run: RunSummary) => void): () => void {
    this.#ended.add(listener)
    return () => void this.#ended.delete(listener)
  }

  /** What is kept of a run in the figures; null where it has not ended or is gone. */
  async figure(id: string): Promise<RunFigure | null> {
    const record = await this.store.record(id).catch(() => null)
    return record && figureOf(record)
  }

  /** What is under way stays on disk, and goes on at the next start. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#waiting.values()) for (const wake of waiting) wake()
    this.#news.close()
    await this.store.close()
  }

  async *#stream(id: string, options: StreamOptions): AsyncGenerator<Identified<RunEvent>, void, void> {
    yield* this.#news.stream(id, await this.store.record(id), options)
  }

  #changed(summary: RunSummary, run: RunRecord): void {
    this.#news.changed(run, summary)
    if (run.finished) for (const listener of this.#ended) listener(summary)
    const figure = figureOf(run)
    if (figure) this.#onFigure?.(figure)
    if (summary.state !== 'running') for (const wake of this.#waiting.get(summary.id) ?? []) wake()
  }

  async #change(id: string, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting.add(resolve))
    const stop = () => resolve()
    signal?.addEventListener('abort', stop, { once: true })
    await promise
    signal?.removeEventListener('abort', stop)
    waiting.delete(resolve)
    if (waiting.size === 0) this.#waiting.delete(id)
  }
}

/** Null where there is none of that name. Throws BAD_REQUEST where it has faults. */
async function namedRecipe(recipes: RecipeSource, name: string, folder: string | null): Promise<Recipe | null> {
  try {
    return (await recipes.runnable(name, folder)).recipe
  } catch (thrown) {
    if (toAppError(thrown).code === 'NOT_FOUND') return null
    throw thrown
  }
}
