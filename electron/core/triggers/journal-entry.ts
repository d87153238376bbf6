import { z } from 'zod'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'

const outcomeSchema = z.enum(['started', 'queued', 'skipped', 'failed'])
const runOutcomeSchema = z.enum(['done', 'failed', 'cancelled'])

/** One time that a trigger fired, as the journal knows it. */
export const firingRecordSchema = z.object({
  id: idSchema,
  at: timeSchema,
  dueAt: timeSchema.nullable(),
  key: z.string().nullable(),
  outcome: outcomeSchema,
  reason: z.string().nullable(),
  runId: idSchema.nullable(),
  runOutcome: runOutcomeSchema.nullable(),
  /** Nothing more will come of it. */
  isOver: z.boolean(),
  payload: z.record(z.string(), z.unknown()),
  /** What its run is started with; null once that is not needed any more. */
  inputs: z.record(z.string(), z.unknown()).nullable(),
  /** How many firings led to it, one through the run of the other. */
  depth: z.int().nonnegative(),
})
export type FiringRecord = z.infer<typeof firingRecordSchema>

/** What the source of a trigger has seen last, such as a commit. */
const markSchema = z.record(z.string(), z.string())
export type Mark = z.infer<typeof markSchema>

/** What a caller hears who says the same again. */
const knownSchema = firingRecordSchema.pick({ id: true, outcome: true, runId: true, reason: true })
export type Known = z.infer<typeof knownSchema>

/** A line of `triggers/<id>.jsonl`. */
export const journalEntrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('fired'), firing: firingRecordSchema, mark: markSchema.optional() }),
  /** One that was queued is about to start. */
  z.object({ type: z.literal('taken'), id: idSchema }),
  z.object({ type: z.literal('begun'), id: idSchema, runId: idSchema }),
  /** Nothing comes of one that was queued or started. */
  z.object({ type: z.literal('dropped'), id: idSchema, outcome: z.enum(['skipped', 'failed']), reason: z.string() }),
  /** Its run is over. */
  z.object({ type: z.literal('ended'), id: idSchema, runOutcome: runOutcomeSchema.nullable() }),
  z.object({ type: z.literal('paused'), because: z.string() }),
  z.object({ type: z.literal('resumed') }),
  z.object({ type: z.literal('mark'), mark: markSchema }),
  /** What earlier lines said, in a file that was written anew. */
  z.object({
    type: z.literal('sums'),
    failures: z.int().nonnegative(),
    lastFiredAt: timeSchema.nullable(),
    lastDueAt: timeSchema.nullable(),
    mark: markSchema.nullable(),
    pausedBecause: z.string().nullable(),
    keys: z.array(z.tuple([z.string(), knownSchema])),
  }),
])
export type JournalEntry = z.infer<typeof journalEntrySchema>
