import { AppError } from '../../../shared/app-error.ts'
import type { Recipe, RecipeFault } from '../../../shared/domain/recipe.ts'
import type { RunRequest } from '../../../shared/domain/run.ts'
import type { RecipeBook } from '../recipes/recipe-book.ts'

/** Where recipes come from. */
export type RecipeSource = Pick<RecipeBook, 'runnable' | 'compiled' | 'fromMarkdown'>

/** Faults that are sent along with a refusal. */
const mostFaults = 20

/** The recipe that is to be run. Throws BAD_REQUEST with the faults and their lines, or NOT_FOUND. */
export async function requestedRecipe(request: RunRequest, source: RecipeSource): Promise<Recipe> {
  const { recipe, definition, markdown, folder = null } = request
  const given = [recipe, definition, markdown].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw new AppError('BAD_REQUEST', 'Say what to run with exactly one of “recipe”, “definition” and “markdown”. Nothing was started.', {
      data: { field: 'recipe' },
    })
  if (recipe !== undefined) return (await source.runnable(recipe, folder)).recipe
  if (markdown !== undefined) return ofMarkdown(markdown, source)
  return compiled(typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2), folder, source)
}

async function ofMarkdown(markdown: string, source: RecipeSource): Promise<Recipe> {
  const { text, faults } = await source.fromMarkdown(markdown)
  if (text === null) throw faulty('markdown', faults)
  return compiled(text, null, source)
}

async function compiled(text: string, folder: string | null, source: RecipeSource): Promise<Recipe> {
  const { recipe, faults } = await source.compiled(text, folder)
  if (recipe) return recipe
  throw faulty('definition', faults)
}

function faulty(field: string, all: readonly RecipeFault[]): AppError {
  const faults = all.filter(({ severity }) => severity === 'error')
  const [first] = faults
  const more = faults.length > 1 ? ` ${faults.length - 1} more in “data”.` : ''
  const words = first ? `Line ${first.line}: ${first.message}${more}` : 'It could not be read.'
  return new AppError('BAD_REQUEST', `${words} Nothing was started.`, { data: { field, faults: faults.slice(0, mostFaults) } })
}
