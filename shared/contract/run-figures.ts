import { z } from 'zod'
import { timeSchema } from '../domain/common.ts'
import { zoneSchema } from '../domain/metrics.ts'
import { recipeNameSchema } from '../domain/recipe.ts'
import { runFiguresSchema, topicFiguresSchema } from '../domain/run-figures.ts'
import { topicNameSchema } from '../domain/topic.ts'
import { call } from './base.ts'

/** From (inclusive) to (exclusive). Without `to`: now. Without `from`: a day before `to`. */
const range = {
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  /** Never more points than this in the answer. */
  points: z.int().min(1).max(4_000).default(300),
  zone: zoneSchema.optional(),
}

const runFiguresInput = z.object({
  ...range,
  recipe: z.union([recipeNameSchema, z.array(recipeNameSchema).max(500)]).optional(),
  nested: z.boolean().default(false).describe('Also those that are a part of another run, whose figures contain theirs.'),
  offsetMinutes: z
    .int()
    .min(-840)
    .max(840)
    .default(0)
    .describe('Without `zone`: minutes that local time is ahead of UTC in all of the range.'),
})
const topicFiguresInput = z.object({ ...range, topic: z.union([topicNameSchema, z.array(topicNameSchema).max(500)]).optional() })

export type RunFiguresInput = z.infer<typeof runFiguresInput>
export type TopicFiguresInput = z.infer<typeof topicFiguresInput>

/** Figures of runs, of what starts them, and of topics. */
export const runFigures = {
  runs: call
    .route({
      method: 'GET',
      path: '/metrics/runs',
      summary: 'Runs that ended and triggers that fired in a range: added up, by recipe and over time',
    })
    .input(runFiguresInput)
    .output(runFiguresSchema),
  topics: call
    .route({ method: 'GET', path: '/metrics/topics', summary: 'Lengths and rates of topics over time' })
    .input(topicFiguresInput)
    .output(topicFiguresSchema),
}
