import { z } from 'zod'
import {
  mostRecipeChars,
  recipeSchema,
  recipeStepSchema,
  type Recipe,
  type RecipeFault,
  type RecipeGraph,
  type RecipeStep,
} from '../../../shared/domain/recipe.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import { checkStep, checkWorker } from './check-step.ts'
import { checkTemplates } from './check-templates.ts'
import { FaultList } from './fault-list.ts'
import { addIssue } from './schema-faults.ts'
import { RecipeText } from './recipe-text.ts'
import { kindOf, titleOf } from './step-kind.ts'
import { orderOf, type StepOrder } from './step-order.ts'
import { TemplateReadings } from './template-readings.ts'

/** What the check knows besides the text. */
export type Surroundings = {
  /** Names of the recipes that there are. */
  recipes: readonly string[]
}

export type CheckedRecipe = {
  /** In the order of the text. */
  faults: RecipeFault[]
  /** As far as the steps could be read. */
  graph: RecipeGraph
  /** Null where a fault keeps it from running. */
  recipe: Recipe | null
}

/**
 * Reads a recipe, and says all that is wrong with it, each at its line. Never throws; reads and changes nothing else.
 * `readings`: kept from one check to the next, it has only new templates read.
 */
export function checkRecipe(source: string, surroundings: Surroundings, readings = new TemplateReadings()): CheckedRecipe {
  if (source.length > mostRecipeChars) return refused(1, 'A recipe has at most a million characters.')
  if (source.trim() === '') return refused(1, 'The recipe is empty. It needs “recipe: <name>” and “steps:”.')
  const text = new RecipeText(source)
  if (text.faults.length > 0) return { faults: [...text.faults], graph: empty, recipe: null }
  const faults = new FaultList(text)
  const read = recipeSchema.safeParse(text.value, { reportInput: true })
  if (!read.success) {
    for (const issue of read.error.issues) addIssue(faults, issue, [])
    const steps = readableSteps(text.value)
    return { faults: faults.all(), graph: graphOf(steps, orderOf(steps.map(({ step }) => step)), text), recipe: null }
  }
  const recipe = read.data
  const order = orderOf(recipe.steps)
  checkOrder(recipe, order, faults)
  checkInputs(recipe, faults)
  checkLimits(recipe.limits, ['limits'], faults)
  if (recipe.with) checkWorker(recipe.with, ['with'], faults)
  for (const [index, step] of recipe.steps.entries()) {
    checkStep(step, ['steps', index], { order, surroundings, faults })
    checkLimits(step.limits ?? {}, ['steps', index, 'limits'], faults)
  }
  checkTemplates(recipe, { order, faults, readings })
  const steps = recipe.steps.map((step, index) => ({ step, index }))
  return { faults: faults.all(), graph: graphOf(steps, order, text), recipe: faults.hasErrors ? null : recipe }
}

const empty: RecipeGraph = { nodes: [], edges: [] }

function refused(line: number, message: string): CheckedRecipe {
  return { faults: [{ line, column: 1, message, severity: 'error' }], graph: empty, recipe: null }
}

const looseSchema = z.object({ steps: z.array(z.unknown()) })

/** Of a recipe with faults the steps that are right, so that the graph stays while somebody types. */
function readableSteps(value: unknown): { step: RecipeStep; index: number }[] {
  const steps = looseSchema.safeParse(value).data?.steps ?? []
  return steps.flatMap((each, index) => {
    const step = recipeStepSchema.safeParse(each).data
    return step ? [{ step, index }] : []
  })
}

function graphOf(steps: readonly { step: RecipeStep; index: number }[], order: StepOrder, text: RecipeText): RecipeGraph {
  const nodes = steps.map(({ step, index }) => ({
    id: step.id,
    kind: kindOf(step) ?? 'state',
    title: titleOf(step),
    line: text.placeOf(['steps', index]).line,
    level: order.levels.get(step.id) ?? 0,
  }))
  const edges = [...order.needs].flatMap(([to, needs]) => needs.map((from) => ({ from, to })))
  return { nodes, edges }
}

function checkOrder({ steps }: Recipe, { circle }: StepOrder, faults: FaultList): void {
  const ids = steps.map(({ id }) => id)
  const known = new Set(ids)
  const seen = new Set<string>()
  for (const [index, { id, needs = [] }] of steps.entries()) {
    if (seen.has(id)) faults.at(['steps', index, 'id'], `There is another step “${id}” above. Ids are unique.`)
    seen.add(id)
    for (const [place, need] of needs.entries()) {
      if (known.has(need)) continue
      const nearest = nearestOf(need, ids)
      faults.at(['steps', index, 'needs', place], `There is no step “${need}”.${nearest === null ? '' : ` Did you mean “${nearest}”?`}`)
    }
  }
  const [first] = circle
  if (first === undefined) return
  const index = ids.indexOf(first)
  const way = [...circle, first].join(' → ')
  faults.at(['steps', index, 'needs'], circle.length === 1 ? `“${first}” needs itself.` : `These steps wait for each other: ${way}.`)
}

function checkInputs({ inputs }: Recipe, faults: FaultList): void {
  for (const [name, input] of Object.entries(inputs)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      faults.atKey(['inputs'], name, `An input’s name has letters, digits and “_”: “${name}” can’t be used in a template.`)
    const { default: usual, options, type } = input ?? {}
    if (usual === undefined || usual === null) continue
    if (options && !(typeof usual === 'string' && options.includes(usual)))
      faults.at(['inputs', name, 'default'], `The default is none of the options: ${options.join(', ')}.`)
    if (type !== undefined && !isOfType(type, usual)) faults.at(['inputs', name, 'default'], `The default is no ${type}.`)
  }
}

function isOfType(type: NonNullable<NonNullable<Recipe['inputs'][string]>['type']>, value: unknown): boolean {
  if (type === 'number') return typeof value === 'number'
  if (type === 'boolean') return typeof value === 'boolean'
  return type === 'list' ? Array.isArray(value) : typeof value === 'string'
}

function checkLimits({ costUsd, turns, minutes }: Recipe['limits'], path: readonly PropertyKey[], faults: FaultList): void {
  for (const [name, value] of Object.entries({ costUsd, turns, minutes })) {
    if (value === 0) faults.at([...path, name], `With a limit of 0 nothing can start. Leave “${name}” out for no limit.`)
  }
}
