import type { RecipeStep, StepKind } from '../../../shared/domain/recipe.ts'

/** The fields of which a step has exactly one. */
export const kindFields = ['ask', 'consensus', 'gate', 'run', 'wait'] as const

/** What a step does; null where it says nothing of that. A step that says several things is the first of them. */
export function kindOf(step: RecipeStep): StepKind | null {
  const field = kindFields.find((name) => step[name] !== undefined)
  if (step.each !== undefined && (field === 'ask' || field === 'run')) return 'each'
  return field ?? (step.state === undefined ? null : 'state')
}

const mostTitle = 80

/** What a step is called: by its title, or by the first line of what it says. */
export function titleOf(step: RecipeStep): string {
  const said = step.title ?? step.ask ?? step.gate ?? step.consensus?.ask ?? step.run ?? step.id
  const [line = step.id] = said.trim().split('\n')
  return line.length > mostTitle ? `${line.slice(0, mostTitle - 1)}…` : line
}
