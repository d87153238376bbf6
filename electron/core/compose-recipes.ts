import type { Ground } from './ground.ts'
import { RecipeBook } from './recipes/recipe-book.ts'
import { RecipeChecker } from './recipes/recipe-checker.ts'
import { RecipeWatch } from './recipes/recipe-watch.ts'

/** The recipes that there are, and news of them, also of what was changed by hand in the data folder. */
export function openRecipes({ options, closers, events, watch, log }: Ground): RecipeBook {
  const onChange = () => events.publish((seq) => ({ type: 'recipes', seq }))
  const checker = new RecipeChecker({ log, problems: watch.problems })
  closers.push(() => checker.close())
  const book = new RecipeBook({ home: options.home, checker, disk: watch.disk, onChange })
  const follow = new RecipeWatch({ folder: book.home, onChange, onFault: (fault) => log.warn({ err: fault }, 'recipes are not watched') })
  closers.push(() => follow.close())
  return book
}
