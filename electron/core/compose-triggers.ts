import type { Git } from './git/git.ts'
import type { Ground } from './ground.ts'
import type { RecipeBook } from './recipes/recipe-book.ts'
import type { Runs } from './runs/runs.ts'
import { checkRecipeInputs } from './triggers/recipe-inputs.ts'
import { RecipeRuns } from './triggers/recipe-runs.ts'
import { Triggers } from './triggers/triggers.ts'

/** Files and calls may come by the hundred: what is shown of a trigger is told once for all that came within this. */
const gatherMs = 50

/** What starts runs by itself. To be opened when the runs are there, and closed before them. */
export async function openTriggers(
  { options, closers, events, watch, log, late }: Ground,
  { runs, recipes, git }: { runs: Runs; recipes: RecipeBook; git: Git },
): Promise<Triggers> {
  const recipe = async (name: string) => (await recipes.runnable(name)).recipe
  const starter = new RecipeRuns({
    recipe,
    runs: {
      start: (run) => runs.store.start(run),
      startedWith: (key) => runs.store.startedWith(key),
      find: (id) => runs.store.find(id),
      ended: () => runs.store.list({ states: ['done', 'failed', 'cancelled'], limit: Number.POSITIVE_INFINITY }).items,
      cancel: (id) => runs.store.control(id, 'cancel'),
      onEnded: (listener) => runs.onEnded(listener),
    },
  })
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  const tell = (): void => {
    timer = null
    for (const id of changed) {
      const trigger = triggers.find(id)
      if (trigger) events.publish((seq) => ({ type: 'trigger', seq, trigger }))
      else events.publish((seq) => ({ type: 'trigger-removed', seq, id }))
    }
    changed.clear()
  }
  const triggers = await Triggers.open({
    home: options.home,
    watch,
    git,
    starter,
    log,
    checkRecipe: async (name, inputs) => checkRecipeInputs(await recipe(name), inputs),
    onFired: (name, outcome) => late.metrics?.fired(name, outcome),
    onChange: (id) => {
      changed.add(id)
      timer ??= setTimeout(tell, gatherMs)
    },
  })
  closers.push(async () => {
    starter.close()
    await triggers.close()
    if (timer) clearTimeout(timer)
  })
  return triggers
}
