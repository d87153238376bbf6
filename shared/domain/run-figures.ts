import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { spreadSchema } from './metrics.ts'
import { recipeNameSchema } from './recipe.ts'

const count = z.int().nonnegative()

/** Steps by how they ended; those that were never begun are none of them. */
export const stepCountsSchema = z.object({ done: count, failed: count, skipped: count, cancelled: count })
export type StepCounts = z.infer<typeof stepCountsSchema>

/** What is kept of a run that has ended. One that is tried again and ends again takes its own place. */
export const runFigureSchema = z.object({
  id: idSchema,
  recipe: recipeNameSchema,
  state: z.enum(['done', 'failed', 'cancelled']),
  /** It is a part of another run, whose figures contain its own. */
  isNested: z.boolean(),
  endedAt: timeSchema,
  /** From its beginning to its end, with what it waited for. */
  ms: z.number().nonnegative(),
  turns: count,
  costUsd: z.number(),
  steps: stepCountsSchema,
})
export type RunFigure = z.infer<typeof runFigureSchema>

/** What came of it that a trigger fired. */
export const firingFigureSchema = z.object({
  at: timeSchema,
  recipe: recipeNameSchema,
  outcome: z.enum(['started', 'queued', 'skipped', 'failed']),
  count: z.int().positive(),
})
export type FiringFigure = z.infer<typeof firingFigureSchema>
export type FiringOutcome = FiringFigure['outcome']

/** What runs add up to. Turns whose price is not known cost nothing here. */
export const runTotalsSchema = z.object({
  runs: count,
  done: count,
  failed: count,
  cancelled: count,
  steps: stepCountsSchema,
  turns: count,
  costUsd: z.number(),
  /** From beginning to end. */
  length: spreadSchema,
})
export type RunTotals = z.infer<typeof runTotalsSchema>

const column = z.array(z.number())
const quantiles = z.array(z.number().nullable())

/** The figures of runs that ended, and of triggers that fired, in a range. */
export const runFiguresSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  bucketMs: z.number(),
  /** The beginning of each bucket, in milliseconds since 1970. */
  at: column,
  totals: runTotalsSchema,
  /** The most used first. */
  recipes: z.array(z.object({ recipe: recipeNameSchema, totals: runTotalsSchema })),
  columns: z.object({
    done: column,
    failed: column,
    cancelled: column,
    costUsd: column,
    turns: column,
    steps: z.object({ done: column, failed: column, skipped: column, cancelled: column }),
    /** Milliseconds from beginning to end; null where none ended. */
    p50: quantiles,
    p95: quantiles,
  }),
  firings: z.object({
    totals: z.object({ started: count, queued: count, skipped: count, failed: count }),
    columns: z.object({ started: column, queued: column, skipped: column, failed: column }),
  }),
  /** Runs that have not ended, now. */
  open: z.object({ running: count, 'needs-you': count, paused: count }),
  /** Older ones are not kept any more; null when all of the range are here. */
  forgottenBefore: timeSchema.nullable(),
})
export type RunFigures = z.infer<typeof runFiguresSchema>

const samples = z.array(z.number().nullable())

/** How long topics were, and how fast messages came and went; averages over each bucket, null where nobody looked. */
export const topicFiguresSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  bucketMs: z.number(),
  at: column,
  topics: z.array(
    z.object({
      topic: z.string(),
      waiting: samples,
      taken: samples,
      dead: samples,
      inPerMinute: samples,
      donePerMinute: samples,
    }),
  ),
})
export type TopicFigures = z.infer<typeof topicFiguresSchema>
