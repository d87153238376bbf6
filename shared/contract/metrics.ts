import { z } from 'zod'
import { idSchema, instanceReferences, pageOf, timeSchema } from '../domain/common.ts'
import {
  budgetSchema,
  budgetStatusSchema,
  budgetsLeftOutSchema,
  columnsSchema,
  comparisonSchema,
  dimensionSchema,
  groupKeySchema,
  historySchema,
  incidentSchema,
  metricsStateSchema,
  phaseSchema,
  resolutionSchema,
  sampleSeriesSchema,
  spreadSchema,
  totalsSchema,
  turnRecordSchema,
  zoneSchema,
} from '../domain/metrics.ts'
import { call } from './base.ts'
import { runFigures } from './run-figures.ts'

/** One value or several; an empty one stands for turns that have none. */
const chosen = z.union([z.string().max(4096), z.array(z.string().max(4096)).max(500)]).optional()
/** Instances, by id or by name. */
const instanceKey = z.string().max(4096).register(instanceReferences, { kind: 'instance' })
const chosenInstances = z.union([instanceKey, z.array(instanceKey).max(500)]).optional()

/** Which turns count. Several values of one field mean any of them, several fields all of them. */
export const turnFilterSchema = z.object({
  instanceId: chosenInstances,
  conversationId: chosen,
  folder: chosen,
  model: chosen,
  source: chosen,
  target: chosen,
  strategy: chosen,
  origin: chosen,
  outcome: chosen,
  error: chosen,
  /** `bullpen` leaves out what only Claude Code's own history tells of. */
  history: z.union([historySchema, z.array(historySchema)]).optional(),
})
export type TurnFilter = z.infer<typeof turnFilterSchema>

/** From (inclusive) to (exclusive). Without `to`: now. Without `from`: a day before `to`. */
const rangeSchema = z.object({ from: timeSchema.optional(), to: timeSchema.optional() })
const answeredRange = { from: timeSchema, to: timeSchema, resolution: resolutionSchema }
const selection = rangeSchema.extend(turnFilterSchema.shape)

/** A column of `series`. */
export const columnNameSchema = columnsSchema.omit({ phases: true }).keyof()
export type ColumnName = z.infer<typeof columnNameSchema>

const seriesInput = selection.extend({
  /** Never more points than this in the answer. */
  points: z.int().min(1).max(4000).default(300),
  groupBy: dimensionSchema.optional(),
  /** The largest groups get their own columns, the others one together. */
  groups: z.int().min(1).max(50).default(8),
  /** Phases to give p50, p95 and p99 of; `firstToken` and `total` when left out. */
  phases: z.union([phaseSchema, z.array(phaseSchema)]).optional(),
  /** Only these columns are made, which is faster; the others are empty. All when left out. */
  columns: z.union([columnNameSchema, z.array(columnNameSchema)]).optional(),
  /** The time zone whose days are meant, as an IANA name such as Europe/Berlin: they are cut by its calendar, with 23 or 25 hours when the clock is changed. */
  zone: zoneSchema.optional(),
  /** Without `zone`: minutes that local time is ahead of UTC in all of the range. */
  offsetMinutes: z.int().min(-840).max(840).default(0),
})

const whichTurns = {
  sort: z.enum(['newest', 'oldest', 'slowest', 'dearest', 'first-token']).default('newest'),
  /** Only turns that had to write the prompt cache again. */
  rewrites: z.boolean().optional(),
  /** Only turns that failed, were lost, stalled or had requests repeated. */
  trouble: z.boolean().optional(),
  /** Only turns in which this phase took from (inclusive) to (exclusive) so many milliseconds. */
  phase: phaseSchema.optional(),
  minMs: z.number().min(0).optional(),
  maxMs: z.number().min(0).optional(),
}
const turnsInput = selection.extend({
  ...whichTurns,
  cursor: z.string().max(200).optional(),
  limit: z.int().min(1).max(1000).default(100),
})

const summaryInput = selection.extend({
  groupBy: dimensionSchema.optional(),
  groups: z.int().min(1).max(1000).default(100),
  /** Only these phases are told, which is faster; all when left out. */
  phases: z.union([phaseSchema, z.array(phaseSchema)]).optional(),
})
const summaryOutput = z.object({
  ...answeredRange,
  totals: totalsSchema,
  /** Largest first; empty without `groupBy`. */
  groups: z.array(groupKeySchema.extend({ totals: totalsSchema })),
  comparison: comparisonSchema,
  /** Messages that wait for an instance now. */
  waiting: z.number(),
  state: metricsStateSchema,
})
const seriesOutput = z.object({
  ...answeredRange,
  bucketMs: z.number(),
  /** The beginning of each bucket, in milliseconds since 1970. */
  at: z.array(z.number()),
  /** One without `groupBy`. */
  groups: z.array(groupKeySchema.extend({ columns: columnsSchema })),
  state: metricsStateSchema,
})
const distributionInput = selection.extend({
  phase: phaseSchema.default('firstToken'),
  points: z.int().min(2).max(500).default(60),
  groupBy: dimensionSchema.optional(),
  groups: z.int().min(1).max(20).default(4),
})
const distributionOutput = z.object({
  ...answeredRange,
  phase: phaseSchema,
  /** The edges of the bins in milliseconds, one more than bins; widths grow by the same factor. */
  edges: z.array(z.number()),
  groups: z.array(groupKeySchema.extend({ counts: z.array(z.number()), spread: spreadSchema })),
  state: metricsStateSchema,
})
const valuesInput = rangeSchema.extend({ dimension: dimensionSchema, limit: z.int().min(1).max(1000).default(200) })
const samplesInput = rangeSchema.extend({
  points: z.int().min(1).max(4000).default(300),
  instanceId: chosenInstances,
  zone: zoneSchema.optional(),
})
const incidentList = pageOf(incidentSchema).extend({
  /** As for turns: those of too many conversations are left out where only sums are kept. */
  cut: z.boolean(),
  /** Crashes between turns that are older are not kept any more; null when all of the range are here. */
  forgottenBefore: timeSchema.nullable(),
})
const incidentsInput = selection.extend({ cursor: z.string().max(200).optional(), limit: z.int().min(1).max(1000).default(100) })
/** `budgets` are all of them; `items` has a line for each thing that one counts, which may be none so far. */
const budgetsOutput = z.object({ items: z.array(budgetStatusSchema), left: budgetsLeftOutSchema, budgets: z.array(budgetSchema) })
/** For `turns` the same can be asked as of them themselves. */
const csvInput = seriesInput.extend({ ...whichTurns, what: z.enum(['turns', 'series']).default('turns') })

export type SummaryInput = z.infer<typeof summaryInput>
export type Summary = z.infer<typeof summaryOutput>
export type SeriesInput = z.infer<typeof seriesInput>
export type Series = z.infer<typeof seriesOutput>
export type DistributionInput = z.infer<typeof distributionInput>
export type Distribution = z.infer<typeof distributionOutput>
export type TurnsInput = z.infer<typeof turnsInput>
export type ValuesInput = z.infer<typeof valuesInput>
export type SamplesInput = z.infer<typeof samplesInput>
export type IncidentsInput = z.infer<typeof incidentsInput>
export type IncidentList = z.infer<typeof incidentList>
export type CsvInput = z.infer<typeof csvInput>

/** Speed, load, cost and reliability. */
export const metrics = {
  ...runFigures,
  summary: call
    .route({ method: 'GET', path: '/metrics/summary', summary: 'What the turns of a range add up to, in all and by one dimension' })
    .input(summaryInput)
    .output(summaryOutput),
  series: call
    .route({ method: 'GET', path: '/metrics/series', summary: 'Figures over time, as columns of numbers' })
    .input(seriesInput)
    .output(seriesOutput),
  distribution: call
    .route({ method: 'GET', path: '/metrics/distribution', summary: 'Distribution of a phase’s duration' })
    .input(distributionInput)
    .output(distributionOutput),
  turns: call
    .route({ method: 'GET', path: '/metrics/turns', summary: 'The turns behind a figure' })
    .input(turnsInput)
    .output(
      pageOf(turnRecordSchema).extend({
        /**
         * Turns that are older than 30 days are left out: they would have to be read from too many conversations. Choose a shorter time, or
         * a filter.
         */
        cut: z.boolean(),
      }),
    ),
  values: call
    .route({ method: 'GET', path: '/metrics/values', summary: 'The values a dimension has in a range, most used first' })
    .input(valuesInput)
    .output(z.object({ items: z.array(z.object({ key: z.string().nullable(), turns: z.number() })) })),
  samples: call
    .route({ method: 'GET', path: '/metrics/samples', summary: 'Instances by state, queue, memory and processor over time' })
    .input(samplesInput)
    .output(sampleSeriesSchema),
  incidents: call
    .route({ method: 'GET', path: '/metrics/incidents', summary: 'What went wrong, newest first, each with its turn' })
    .input(incidentsInput)
    .output(incidentList),
  csv: call
    .route({ method: 'GET', path: '/metrics/csv', summary: 'The turns of a range, or its figures over time, as CSV' })
    .input(csvInput)
    .output(
      z.object({
        filename: z.string(),
        csv: z.string(),
        /** More than 100,000 rows: these are the first of the order, which is the newest unless another one was asked for. */
        cut: z.boolean(),
        /** Turns that are older than 30 days are left out, as for `turns`. */
        older: z.boolean(),
      }),
    ),
  budgets: call.route({ method: 'GET', path: '/metrics/budgets', summary: 'Budgets and what is spent of them' }).output(budgetsOutput),
  setBudgets: call
    .route({ method: 'PUT', path: '/metrics/budgets', summary: 'Replace all budgets' })
    .input(z.object({ budgets: z.array(budgetSchema).max(200) }))
    .output(budgetsOutput),
  rebuild: call
    .route({ method: 'POST', path: '/metrics/rebuild', summary: 'Rebuild metrics from the conversations and the vault' })
    .output(z.object({ started: z.literal(true) })),
  /** What a conversation has cost until now, for its header. */
  conversation: call
    .route({ method: 'GET', path: '/metrics/conversations/{id}', summary: 'What a conversation adds up to' })
    .input(z.object({ id: idSchema }))
    .output(z.object({ totals: totalsSchema, budgets: z.array(budgetStatusSchema) })),
}
