import { AppError } from '../../../shared/app-error.ts'
import type { Recipe, RecipeInput } from '../../../shared/domain/recipe.ts'
import type { RunCause } from '../../../shared/domain/run.ts'
import { nearestOf } from '../../../shared/nearest.ts'

/** What is to be begun. */
export type StartRun = {
  recipe: Recipe
  inputs?: Record<string, unknown> | undefined
  /** The same key begins the same run once. */
  key?: string | undefined
  cause: RunCause
  trigger?: Record<string, unknown> | undefined
  /** Recipes of this folder can be nested in it, and count before others of their name. */
  folder?: string | null | undefined
}

/** What a run gets to work with: what was given and the defaults. Throws BAD_REQUEST, naming the field. */
export function inputsFor({ inputs: known }: Pick<Recipe, 'inputs'>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  for (const name of Object.keys(given)) if (!Object.hasOwn(known, name)) throw unknownInput(name, Object.keys(known))
  return Object.fromEntries(
    Object.entries(known).map(([name, input]) => [name, valueOf(name, input ?? {}, Object.hasOwn(given, name) ? given[name] : undefined)]),
  )
}

function valueOf(name: string, input: RecipeInput, given: unknown): unknown {
  const isGiven = given !== undefined && given !== null && given !== ''
  const value = isGiven ? given : input.default
  if (value === undefined || value === null) {
    if (input.required === false) return input.type === 'list' ? [] : ''
    throw fault(name, `The input “${name}” is missing. Give it a value.`)
  }
  if (input.options && !(typeof value === 'string' && input.options.includes(value)))
    throw fault(name, `“${name}” is one of: ${input.options.join(', ')}.`)
  return typed(name, input.type, value)
}

function typed(name: string, type: RecipeInput['type'], value: unknown): unknown {
  // Forms and command lines know texts only.
  const text = typeof value === 'string' ? value.trim() : null
  if (type === undefined) return value
  if (type === 'number') {
    const number = text === null ? value : text === '' ? Number.NaN : Number(text)
    if (typeof number === 'number' && Number.isFinite(number)) return number
    throw fault(name, `“${name}” is a number.`)
  }
  if (type === 'boolean') {
    const truth = text === 'true' ? true : text === 'false' ? false : value
    if (typeof truth === 'boolean') return truth
    throw fault(name, `“${name}” is true or false.`)
  }
  if (type === 'list') {
    if (Array.isArray(value)) return value
    if (typeof value === 'string') return value.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
    throw fault(name, `“${name}” is a list.`)
  }
  if (typeof value === 'string') return value
  throw fault(name, `“${name}” is a text.`)
}

function unknownInput(name: string, known: readonly string[]): AppError {
  const nearest = nearestOf(name, known)
  return fault(name, `The recipe has no input “${name}”.${nearest === null ? ' Leave it out.' : ` Did you mean “${nearest}”?`}`)
}

function fault(field: string, message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field } })
}
