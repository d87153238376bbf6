import { z } from 'zod'
import { idSchema } from './common.ts'
import { recipeNameSchema } from './recipe.ts'
import { topicNameSchema } from './topic.ts'

/** What a piece of work belongs to: a step of a run, or a message of a topic. */
export const workOriginSchema = z.union([
  z.object({
    runId: idSchema,
    stepId: z.string().max(200),
    /** The run's recipe; work of earlier versions does not say it. */
    recipe: recipeNameSchema.optional(),
  }),
  z.object({ topic: z.string().max(200), messageId: idSchema }),
])
export type WorkOrigin = z.infer<typeof workOriginSchema>

/** What to filter by where things have an origin. */
export const originFilterSchema = z.object({
  origin: z.enum(['none', 'run', 'topic']).optional().describe('Part of any run, for any topic, or neither.'),
  runId: idSchema.optional().describe('Part of this run.'),
  recipe: recipeNameSchema.optional().describe('Part of a run of this recipe.'),
  topic: topicNameSchema.optional().describe('For a message of this topic.'),
})
export type OriginFilter = z.infer<typeof originFilterSchema>

/** Whether any origin is asked for. */
export function asksForOrigin({ origin, runId, recipe, topic }: OriginFilter): boolean {
  return [origin, runId, recipe, topic].some((wanted) => wanted !== undefined)
}

/** Whether an origin is what is asked for. */
export function fitsOrigin(from: WorkOrigin | undefined, { origin, runId, recipe, topic }: OriginFilter): boolean {
  const run = from !== undefined && 'runId' in from ? from : undefined
  const message = from !== undefined && 'topic' in from ? from : undefined
  if (origin !== undefined && origin !== (run ? 'run' : message ? 'topic' : 'none')) return false
  if (runId !== undefined && run?.runId !== runId) return false
  if (recipe !== undefined && run?.recipe !== recipe) return false
  return topic === undefined || message?.topic === topic
}

/** Said under a title, in exports too. */
export function originWords(origin: WorkOrigin): string {
  if ('topic' in origin) return `For topic ${origin.topic}`
  return `Part of run ${origin.recipe ?? origin.runId}, step ${origin.stepId}`
}
