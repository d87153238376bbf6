import type { RecipeInput } from '../../../shared/domain/recipe.ts'

export type Inputs = Readonly<Record<string, RecipeInput>>
/** What stands in the fields: texts, and whether a box is ticked. */
export type FieldValues = Readonly<Record<string, string | boolean>>

/** What the fields begin with. */
export function firstValues(inputs: Inputs): FieldValues {
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, firstValue(input)]))
}

function firstValue({ type, default: usual }: RecipeInput): string | boolean {
  if (type === 'boolean') return usual === true
  if (usual === undefined || usual === null) return ''
  if (type === 'list' && Array.isArray(usual)) return usual.map(wordsOf).join('\n')
  return wordsOf(usual)
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export type ReadInputs = {
  inputs: Record<string, unknown>
  /** By field: what has to be done about it. */
  problems: Readonly<Record<string, string>>
}

/** The inputs that fields stand for. What is as the recipe has it is left out, so that a later change of the recipe counts. */
export function readValues(inputs: Inputs, values: FieldValues): ReadInputs {
  const read: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const [name, input] of Object.entries(inputs)) {
    const value = values[name] ?? ''
    if (input.default !== undefined && value === firstValue(input)) continue
    const result = readValue(input, value)
    if (result === null) {
      if (input.required !== false) problems[name] = 'Required.'
    } else if (Number.isNaN(result)) problems[name] = 'Enter a number.'
    else read[name] = result
  }
  return { inputs: read, problems }
}

/** Null where nothing is given. */
function readValue({ type }: RecipeInput, value: string | boolean): unknown {
  if (typeof value === 'boolean') return value
  if (type === 'list') {
    const lines = value.split('\n').map((line) => line.trim())
    const items = lines.filter((line) => line !== '')
    return items.length === 0 ? null : items
  }
  if (value.trim() === '') return null
  return type === 'number' ? Number(value.trim()) : value
}
