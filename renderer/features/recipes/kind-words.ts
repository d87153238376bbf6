import type { StepKind } from '../../../shared/domain/recipe.ts'

/** What a step does, in a word. */
export const kindWords: Readonly<Record<StepKind, string>> = {
  ask: 'Prompt',
  each: 'Fan-out',
  consensus: 'Consensus',
  gate: 'Gate',
  run: 'Recipe',
  wait: 'Wait',
  state: 'State',
}
