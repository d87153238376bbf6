import { z } from 'zod'
import { forget, recall, remember } from '../../state/page-memory.ts'

const schema = z.object({ text: z.string(), revision: z.string().nullable() })
/** What is written and not saved. `revision`: of what it was made from; null for a recipe that was never saved. */
export type RecipeDraft = z.infer<typeof schema>

function keyOf(name: string | null): string {
  return `recipe-draft:${name ?? ''}`
}

/** `name`: of the recipe; null: of the one that is new. */
export function recallDraft(name: string | null): RecipeDraft | null {
  return recall(keyOf(name), schema)
}

/** False where this browser keeps nothing. */
export function keepDraft(name: string | null, draft: RecipeDraft): boolean {
  return remember(keyOf(name), draft)
}

export function forgetDraft(name: string | null): void {
  forget(keyOf(name))
}
