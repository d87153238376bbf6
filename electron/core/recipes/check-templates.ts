import type { Recipe, RecipeStep } from '../../../shared/domain/recipe.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import type { FaultList } from './fault-list.ts'
import type { StepOrder } from './step-order.ts'
import { TemplateReadings } from './template-readings.ts'
import { TemplateFault, type Reference } from './templates.ts'

type ValuePath = readonly PropertyKey[]

/** What templates may name, besides what a step of their own gives them. */
export const roots = ['inputs', 'steps', 'item', 'index', 'state', 'trigger', 'run'] as const

/** What a template can say about a step that has ended. */
export const stepFields = ['state', 'text', 'output', 'texts', 'outputs', 'items', 'attempts', 'costUsd', 'error', 'message'] as const

/** Texts of a step that are filled in for each item. */
const perItem = new Set<PropertyKey>(['ask', 'with', 'inputs'])

/** Reads every template of a recipe and says which names have no value when it is filled in. */
export function checkTemplates(
  recipe: Recipe,
  { order, faults, readings }: { order: StepOrder; faults: FaultList; readings: TemplateReadings },
): void {
  const known = knownIn(recipe, order)
  const check = (value: unknown, path: ValuePath, at: Place): void => {
    for (const { text, path: where } of textsIn(value, path)) checkTemplate(text, where, at)
  }
  const checkTemplate = (text: string, path: ValuePath, at: Place): void => {
    if (!text.includes('{{') && !text.includes('{%')) return
    const read = readings.of(text)
    if (read instanceof TemplateFault) return faults.within(path, { line: read.row, column: read.column }, read.message)
    for (const reference of read) {
      const message = faultIn(reference, known, at)
      if (message !== null) faults.within(path, { line: reference.row, column: reference.column }, message)
    }
    return undefined
  }
  for (const [index, step] of recipe.steps.entries()) {
    for (const [field, value] of Object.entries(step)) {
      if (field === 'schema' || field === 'title') continue
      check(value, ['steps', index, field], { step: step.id, isItem: step.each !== undefined && perItem.has(field) })
    }
  }
  check(recipe.with, ['with'], { step: null, isItem: false })
  check(recipe.outputs, ['outputs'], { step: null, isItem: false })
}

/** What is wrong with another prompt for a step of this recipe; null where nothing is. */
export function promptFault(prompt: string, step: RecipeStep, { recipe, order }: { recipe: Recipe; order: StepOrder }): string | null {
  if (prompt.trim() === '') return 'The prompt is empty. Write what is asked.'
  const read = new TemplateReadings().of(prompt)
  if (read instanceof TemplateFault) return read.message
  const known = knownIn(recipe, order)
  const faults = read.map((reference) => faultIn(reference, known, { step: step.id, isItem: step.each !== undefined }))
  return faults.find((fault) => fault !== null) ?? null
}

function knownIn(recipe: Recipe, order: StepOrder): Known {
  const remembered = new Set(recipe.steps.flatMap(({ state }) => Object.keys(state?.set ?? {})))
  return { inputs: Object.keys(recipe.inputs), remembered, steps: new Map(recipe.steps.map((step) => [step.id, step])), order }
}

/** `step`: whose template it is; null: it is filled in at the end of the run, or for any step. */
type Place = { step: string | null; isItem: boolean }

function* textsIn(value: unknown, path: ValuePath): Generator<{ text: string; path: ValuePath }, void, void> {
  if (typeof value === 'string') yield { text: value, path }
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index])
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key])
}

/** What there is to be named. */
type Known = { inputs: readonly string[]; remembered: ReadonlySet<string>; steps: ReadonlyMap<string, RecipeStep>; order: StepOrder }

/** Why a name has no value; null where it has, or where only the run will show. */
function faultIn({ path: [root = '', name, ...rest] }: Reference, known: Known, { step, isItem }: Place): string | null {
  if (root === 'item' || root === 'index') return isItem ? null : `“${root}” has a value only in a step with “each”.`
  if (root === 'inputs') return name === undefined ? null : unknown('input', name, known.inputs)
  if (root === 'state') return name === undefined ? null : unknown('state', name, [...known.remembered])
  if (root === 'steps') return name === undefined ? null : stepFault(name, rest, known, step)
  return unknown('value', root, roots)
}

function stepFault(id: string, rest: readonly string[], { steps, order }: Known, by: string | null): string | null {
  const named = steps.get(id)
  if (!named) return unknown('step', id, [...order.needs.keys()])
  if (by === id) return `“${id}” can’t name itself.`
  if (by !== null && !order.isBefore(id, by)) return `“${id}” may not have ended by then: add it to “needs”.`
  const [field, property] = rest
  if (field === undefined) return null
  const missing = unknown('field of a step', field, stepFields)
  if (missing !== null || field !== 'output' || property === undefined) return missing
  const { properties, additionalProperties } = named.schema ?? {}
  const isClosed =
    typeof properties === 'object' && properties !== null && (additionalProperties === undefined || additionalProperties === false)
  return isClosed && named.each === undefined ? unknown(`field in the schema of “${id}”`, property, Object.keys(properties)) : null
}

function unknown(what: string, name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return null
  const nearest = nearestOf(name, known)
  return `There is no ${what} “${name}”.${nearest === null ? '' : ` Did you mean “${nearest}”?`}`
}
