import { z } from 'zod'
import { trusted, type Protocol } from '../threads/protocol.ts'
import type { CheckedRecipe } from './recipe-check.ts'
import type { TaskRecipe } from './task-recipe.ts'

/** What is asked of the thread that checks recipes. */
export const recipesProtocol = {
  data: z.null(),
  calls: {
    check: { input: z.object({ text: z.string(), recipes: z.array(z.string()) }), output: trusted<CheckedRecipe>() },
    fromMarkdown: { input: z.object({ markdown: z.string() }), output: trusted<TaskRecipe>() },
  },
  tells: z.never(),
  reports: z.never(),
} satisfies Protocol<Record<string, { input: z.ZodType; output: z.ZodType }>, never, never>
