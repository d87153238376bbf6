import { AppError } from '../../../shared/app-error.ts'
import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Thread } from '../threads/thread.ts'
import { workerFile } from '../threads/worker-file.ts'
import type { CheckedRecipe, Surroundings } from './recipe-check.ts'
import type { TaskRecipe } from './task-recipe.ts'
import { recipesProtocol } from './worker-protocol.ts'

/** Checks recipes in a thread of its own, which is started for the first one. */
export class RecipeChecker {
  readonly #watch: { log: Log; problems: Problems }
  #thread: Thread<typeof recipesProtocol.calls, never, never> | null = null
  #closed = false

  constructor(watch: { log: Log; problems: Problems }) {
    this.#watch = watch
  }

  /** Like `checkRecipe`. Throws UNAVAILABLE where it takes too long, or once this is closed. */
  async check(text: string, { recipes }: Surroundings): Promise<CheckedRecipe> {
    return this.#started().call('check', { text, recipes: [...recipes] })
  }

  /** Like `taskRecipe`. Throws as `check` does. */
  async fromMarkdown(markdown: string): Promise<TaskRecipe> {
    return this.#started().call('fromMarkdown', { markdown })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#thread?.close()
  }

  #started(): Thread<typeof recipesProtocol.calls, never, never> {
    if (this.#closed) throw new AppError('UNAVAILABLE', 'Bullpen is closing. Start it again, then check the recipe.')
    this.#thread ??= new Thread({
      protocol: recipesProtocol,
      file: workerFile(import.meta.url, 'worker.ts', 'recipes-worker'),
      name: 'recipes',
      title: 'Checking recipes',
      data: () => null,
      ...this.#watch,
    })
    return this.#thread
  }
}
