import { z } from 'zod'
import { idSchema, instanceIdSchema, timeSchema } from './common.ts'
import { instanceStateSchema } from './instance.ts'
import { eachMeasure } from './measures.ts'
import { strategySchema } from './pool.ts'
import { modelShareSchema, originSchema, outcomeSchema, usageSchema } from './turn.ts'

/**
 * The parts of a turn's time, each a length in milliseconds.
 * waited: in the queue. allocated: choosing an instance. started: until a process was ready. model: from then until the first token.
 * answered: from the first token to the end, with tools and approvals. tools: while tools ran. approvalWait: while the user was asked.
 * firstToken: from the prompt until the first token, which is what a user feels. response: started and model together. total: all of it.
 */
export const phaseSchema = z.enum([
  'waited',
  'allocated',
  'started',
  'model',
  'answered',
  'tools',
  'approvalWait',
  'firstToken',
  'response',
  'total',
])
export type Phase = z.infer<typeof phaseSchema>
export const phases: readonly Phase[] = phaseSchema.options

/** Where a turn is known from: a conversation of ours, or Claude Code's own history in the vault. */
export const historySchema = z.enum(['bullpen', 'vault'])
export type History = z.infer<typeof historySchema>

/** What turns can be told apart by. `pair` is source → target. */
export const dimensionSchema = z.enum([
  'instance',
  'conversation',
  'folder',
  'model',
  'source',
  'target',
  'pair',
  'strategy',
  'origin',
  'outcome',
  'error',
  'history',
])
export type Dimension = z.infer<typeof dimensionSchema>

/** One turn in figures. Null: not known or not measured, never zero. */
export const turnRecordSchema = z.object({
  /** Of the turn; for a turn of the vault `<session>:<message id>`. */
  id: z.string(),
  /** When it ended. */
  at: timeSchema,
  history: historySchema,
  conversationId: idSchema.nullable(),
  sessionId: z.string().nullable(),
  instanceId: idSchema.nullable(),
  folder: z.string().nullable(),
  model: z.string().nullable(),
  source: z.string().nullable(),
  target: z.string().nullable(),
  strategy: strategySchema.nullable(),
  /** Whether the work went to the instance that knew it; null when none did, or nobody had to choose. */
  affinityHit: z.boolean().nullable(),
  origin: originSchema.nullable(),
  outcome: outcomeSchema,
  error: z.string().nullable(),
  /** Milliseconds. */
  phases: z.record(phaseSchema, z.number().nullable()),
  usage: usageSchema,
  costUsd: z.number().nullable(),
  retries: z.number(),
  stalls: z.number(),
  /** Web searches that Claude's provider made for it. */
  searches: z.number().default(0),
  /** Each model that worked in the turn, the turn's own first; absent when there was only one. They add up to the turn. */
  byModel: z.array(modelShareSchema).optional(),
  /** Tokens that were in the prompt cache of this conversation's turn before and had to be written again. */
  rewritten: z.number(),
})
export type TurnRecord = z.infer<typeof turnRecordSchema>

/** Figures of one phase over many turns; `count` are the turns in which it was measured. */
export const spreadSchema = z.object({
  count: z.number(),
  sumMs: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
})
export type Spread = z.infer<typeof spreadSchema>

const sums = z.object(eachMeasure(() => z.number()))
const sumColumns = z.object(eachMeasure(() => z.array(z.number())))

/**
 * What turns add up to. Counts and sums are exact; p50, p95 and p99 are within 1%. `costUsd`: US dollars of the turns whose price is
 * known; `costUnknown`: the other turns. `rewrites`, `rewritten`, `continued`: turns that had to write the prompt cache again, the
 * tokens of that, and the turns that could have been such. `neverBegan`: work that was withdrawn, refused or given up before a turn of
 * it began; it is not among the turns.
 */
export const totalsSchema = sums.omit({ input: true, output: true, cacheRead: true, cacheWrite: true }).extend({
  ...kindsOfTurns(z.number()),
  usage: usageSchema,
  phases: z.partialRecord(phaseSchema, spreadSchema),
  errors: z.array(z.object({ code: z.string(), count: z.number() })),
  /** Why work never began. */
  reasons: z.array(z.object({ code: z.string(), count: z.number() })),
})
export type Totals = z.infer<typeof totalsSchema>

/**
 * What the same turns would have taken if each had started a process of its own. `baselineMs` is the median of `response` over the
 * turns that did start one (cold or resumed), in the same range and filter if there were at least 5, else over all that is known.
 */
export const comparisonSchema = z.object({
  /** Null while no start was measured: then nothing can be said. */
  baselineMs: z.number().nullable(),
  measuredStarts: z.number(),
  baselineFrom: z.enum(['range', 'all', 'none']),
  /** Turns that found a process that was ready (warm or spare), and what they took together. */
  turns: z.number(),
  actualMs: z.number(),
  withoutPoolMs: z.number().nullable(),
  savedMs: z.number().nullable(),
})
export type Comparison = z.infer<typeof comparisonSchema>

/** How fine the figures of a range are: of single turns, or of what they were added up to. */
export const resolutionSchema = z.enum(['raw', 'minute', 'hour', 'day'])
export type Resolution = z.infer<typeof resolutionSchema>

/** Turns of one value of a dimension; `key` is null for turns that have none, and `rest` stands for all that have no group of their own. */
export const groupKeySchema = z.object({ key: z.string().nullable(), rest: z.boolean() })

/** The state of the figures themselves. */
export const metricsStateSchema = z.object({
  /** While true, figures of the past are still being read and grow. */
  building: z.boolean(),
  /** 0 to 1 while building. */
  progress: z.number(),
  /** Turns known, of any age. */
  turns: z.number(),
  /** The first turn that is known. */
  firstAt: timeSchema.nullable(),
  /** What could not be read, for the user; null when all is well. */
  problem: z.string().nullable(),
})
export type MetricsState = z.infer<typeof metricsStateSchema>

/** Figures of one bucket after another; all arrays are as long as `at`. */
export const columnsSchema = sumColumns.extend({
  ...kindsOfTurns(z.array(z.number())),
  /** Only the phases that were asked for. Null where nothing was measured. */
  phases: z.partialRecord(
    phaseSchema,
    z.object({
      count: z.array(z.number()),
      sumMs: z.array(z.number()),
      p50: z.array(z.number().nullable()),
      p95: z.array(z.number().nullable()),
      p99: z.array(z.number().nullable()),
    }),
  ),
  errors: z.array(z.object({ code: z.string(), counts: z.array(z.number()) })),
  /** What the pool saved in each bucket, in milliseconds; null where no start was ever measured. */
  savedMs: z.array(z.number().nullable()),
})
export type Columns = z.infer<typeof columnsSchema>

/** What the pool looked like, over time. Averages over each bucket; null where nobody measured. */
export const sampleSeriesSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  bucketMs: z.number(),
  /** The beginning of each bucket, in milliseconds since 1970. */
  at: z.array(z.number()),
  /** Instances in each state. */
  states: z.record(instanceStateSchema, z.array(z.number().nullable())),
  queued: z.array(z.number().nullable()),
  queuedMost: z.array(z.number().nullable()),
  spares: z.array(z.number().nullable()),
  memoryMb: z.array(z.number().nullable()),
  cpuPercent: z.array(z.number().nullable()),
  instances: z.array(
    z.object({
      instanceId: idSchema,
      /** As it was called when it was measured last. */
      name: z.string(),
      memoryMb: z.array(z.number().nullable()),
      /** Of one processor; 200 is two of them fully used. */
      cpuPercent: z.array(z.number().nullable()),
    }),
  ),
})
export type SampleSeries = z.infer<typeof sampleSeriesSchema>

/** Something that went wrong, with the turn it was in. */
export const incidentSchema = z.object({
  at: timeSchema,
  kind: z.enum(['error', 'crash', 'restart', 'stall', 'retry', 'lost']),
  /** The error's code, or the number of retries or stalls. */
  detail: z.string(),
  instanceId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  turnId: z.string().nullable(),
})
export type Incident = z.infer<typeof incidentSchema>

/** A time zone by its IANA name. */
export const zoneSchema = z
  .string()
  .max(64)
  .refine(isZone, 'This is no time zone that is known here. Give an IANA name, such as Europe/Berlin or UTC.')

/** How much may be spent, and what happens then. */
export const budgetSchema = z.object({
  id: z.string().min(1).max(60),
  /**
   * What is counted: everything, instances or conversations. Turns outside of Bullpen count to everything, and to the conversation that
   * their session belongs to, as soon as the vault has seen them.
   */
  scope: z.enum(['all', 'instance', 'conversation']),
  /** The instance or conversation; null for all. For an instance or conversation null means: each of them. */
  targetId: instanceIdSchema.nullable(),
  /** `day` and `month` begin at midnight of `zone`. `always`: since the beginning. */
  period: z.enum(['day', 'month', 'always']),
  limitUsd: z.number().positive('A budget is more than nothing.').max(1_000_000),
  /** Whose midnight is meant; that of this machine when left out. */
  zone: zoneSchema.optional(),
  /** warn: says so at 80% and when it is used up. stop: also begins no more turns then. */
  action: z.enum(['warn', 'stop']),
})
export type Budget = z.infer<typeof budgetSchema>

export const budgetStatusSchema = z.object({
  budget: budgetSchema,
  /** The instance or conversation that this line is about. */
  targetId: idSchema.nullable(),
  spentUsd: z.number(),
  /** Of that, what Claude Code's own history tells of: turns that were done outside of Bullpen, at list prices. */
  outsideUsd: z.number(),
  /** Turns in it whose price is not known: the real sum is higher. */
  unknownTurns: z.number(),
  state: z.enum(['ok', 'near', 'over']),
  /** When the counting begins anew; null: never. */
  until: timeSchema.nullable(),
})
export type BudgetStatus = z.infer<typeof budgetStatusSchema>

/** Budgets for each instance or conversation have a line for the dearest of them only: how many more there are. */
export const budgetsLeftOutSchema = z.array(z.object({ budgetId: z.string(), count: z.int() }))
export type BudgetsLeftOut = z.infer<typeof budgetsLeftOutSchema>

/** Turns by how they ended, and those that went to the instance that knew the work, of those for which one did. */
function kindsOfTurns<T>(made: T) {
  return { done: made, failed: made, interrupted: made, lost: made, affinityHits: made, affinityKnown: made }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
