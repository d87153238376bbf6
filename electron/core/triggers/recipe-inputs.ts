import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Recipe } from '../../../shared/domain/recipe.ts'
import { inputsFor } from '../runs/run-inputs.ts'
import { isTemplate } from './payload.ts'

/**
 * Throws BAD_REQUEST where a recipe would not take these inputs: one that it does not know, that is missing or of another type. What a
 * template comes to is known only when it is fired.
 */
export function checkRecipeInputs({ inputs: known }: Pick<Recipe, 'inputs'>, given: Readonly<Record<string, unknown>>): void {
  const isOpen = (name: string): boolean => Object.hasOwn(known, name) && typeof given[name] === 'string' && isTemplate(given[name])
  const without = <T>(fields: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !isOpen(name)))
  try {
    inputsFor({ inputs: without(known) }, without(given))
  } catch (thrown) {
    const { code, message, data } = toAppError(thrown)
    throw new AppError(code, message, { data: { field: `inputs.${String(data?.['field'])}` }, cause: thrown })
  }
}
