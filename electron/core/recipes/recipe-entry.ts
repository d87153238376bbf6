import type { Recipe, RecipeFault } from '../../../shared/domain/recipe.ts'
import type { RecipeCheck, RecipeEntry, RecipePlace } from '../../../shared/domain/saved-recipe.ts'
import type { CheckedRecipe } from './recipe-check.ts'
import type { RecipeFile } from './recipe-files.ts'

type Found = Pick<RecipeFile, 'name' | 'path' | 'revision'> & { place: RecipePlace }

/** A recipe as lists show it. What its file is called has to be what it says itself: runs and other recipes name it by that. */
export function shownRecipe({ name, place, path, revision }: Found, text: string, { recipe, faults, graph }: CheckedRecipe): RecipeEntry {
  const isNamed = recipe === null || recipe.recipe === name
  return {
    name,
    place,
    path: path === '' ? null : path,
    revision,
    title: recipe?.title ?? name,
    description: recipe?.description ?? '',
    inputs: inputsOf(recipe),
    steps: graph.nodes.length,
    faults: isNamed ? faults : [...faults, misnamed(name, text)],
  }
}

/** What a check has found, as it is told. */
export function shownCheck({ recipe, faults, graph }: CheckedRecipe): RecipeCheck {
  if (recipe === null) return { faults, graph, recipe }
  const { recipe: name, title = name, description = '' } = recipe
  return { faults, graph, recipe: { name, title, description, inputs: inputsOf(recipe) } }
}

/** The name that a text says it has, also one that cannot be read otherwise. */
export function nameIn(text: string): string | null {
  return /^\s*\{?\s*"?recipe"?\s*:\s*["']?([a-z0-9][a-z0-9-]{0,63})\b/m.exec(text)?.[1] ?? null
}

function inputsOf(recipe: Recipe | null): RecipeEntry['inputs'] {
  return Object.fromEntries(Object.entries(recipe?.inputs ?? {}).map(([input, described]) => [input, described ?? {}]))
}

/** A file that cannot be read as a recipe. */
export function noRecipe({ name, place, path, revision, fault }: Found & { fault: string | null }): RecipeEntry {
  const faults: RecipeFault[] = [{ line: 1, column: 1, message: fault ?? 'This file can’t be read.', severity: 'error' }]
  return { name, place, path, revision, title: name, description: '', inputs: {}, steps: 0, faults }
}

function misnamed(name: string, text: string): RecipeFault {
  const line = text.split('\n').findIndex((one) => /^\s*\{?\s*"?recipe"?\s*:/.test(one)) + 1
  const message = `The file is called “${name}”. Write “recipe: ${name}”, or rename the file.`
  return { line: Math.max(1, line), column: 1, message, severity: 'error' }
}
