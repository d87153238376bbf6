import { z } from 'zod'
import { errorInfoSchema } from '../../../shared/app-error.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { decideSchema, recipeSchema, workerSchema } from '../../../shared/domain/recipe.ts'
import { consensusResultSchema, runCauseSchema, stepDecisionSchema } from '../../../shared/domain/run.ts'
import { usageSchema } from '../../../shared/domain/turn.ts'
import type { ConsensusSpec } from '../recipes/consensus/consensus-spec.ts'

/** What a part of a step asks for, with all templates filled in: it is asked in these words, whatever happens in between. */
export const unitAskSchema = z.object({
  kind: z.enum(['turn', 'run']),
  /** The prompt, or the name of the recipe. */
  text: z.string(),
  worker: workerSchema.nullable(),
  /** Goes on there; null: a new one. */
  conversationId: idSchema.nullable(),
  /** Goes on in a fork of it. */
  forkOf: idSchema.nullable(),
  schema: z.record(z.string(), z.unknown()).nullable(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  timeoutSeconds: z.int().optional(),
  priority: z.int(),
})
export type UnitAsk = z.infer<typeof unitAskSchema>

/** What one turn has taken. */
export const turnShareSchema = z.object({ id: idSchema, costUsd: z.number().nullable(), usage: usageSchema })
export type TurnShare = z.infer<typeof turnShareSchema>

/** `at` runs on evenly whatever is done to the system's clock; `ms`: how long the run has been going while the machine was awake. */
const stamp = { at: timeSchema, ms: z.number().nonnegative() }

export const runHeaderSchema = z.object({
  type: z.literal('run'),
  version: z.literal(1),
  ...stamp,
  id: idSchema,
  recipe: recipeSchema,
  inputs: z.record(z.string(), z.unknown()),
  key: z.string().nullable(),
  /** Of what was asked for under the key. */
  digest: z.string(),
  cause: runCauseSchema,
  /** How many runs it is nested in. */
  depth: z.int().nonnegative(),
  trigger: z.record(z.string(), z.unknown()).default({}),
  /** Whose recipes count besides those of the data folder. */
  folder: z.string().nullable().default(null),
})
export type RunHeader = z.infer<typeof runHeaderSchema>

/** A consensus with its texts filled in. */
export const consensusSpecSchema: z.ZodType<ConsensusSpec> = z.object({
  question: z.string(),
  options: z.array(z.string()),
  voters: z.array(workerSchema.nullable()),
  quorum: z.int(),
  decide: decideSchema,
  judge: workerSchema.nullable(),
  seed: z.string(),
})

const begun = z.object({
  type: z.literal('begun'),
  step: z.string(),
  items: z.array(z.unknown()).optional(),
  /** A gate's question, or the event that is waited for. */
  question: z.string().optional(),
  due: timeSchema.optional(),
  spec: consensusSpecSchema.optional(),
})

/** Parts of a consensus, in the words in which each is to be asked. */
const units = z.object({
  type: z.literal('units'),
  step: z.string(),
  units: z.array(z.object({ unit: z.string(), ask: unitAskSchema })),
})

const asked = z.object({
  type: z.literal('asked'),
  step: z.string(),
  unit: z.string(),
  attempt: z.int().positive(),
  /** Of its task, or of the nested run. */
  taskId: idSchema,
  turnId: idSchema.nullable(),
  ask: unitAskSchema,
})

/** What came of an attempt. `again`: it is tried once more, not before `due`; with `faults` the answer did not fit and is asked for again. */
const unit = z.object({
  type: z.literal('unit'),
  step: z.string(),
  unit: z.string(),
  attempt: z.int().nonnegative(),
  state: z.enum(['done', 'failed', 'needs-you', 'again', 'cancelled']),
  text: z.string(),
  output: z.unknown().optional(),
  error: errorInfoSchema.optional(),
  due: timeSchema.optional(),
  faults: z.array(z.string()).optional(),
  turns: z.array(turnShareSchema),
  /** Of a nested run: its turns are too many to name. */
  spent: z.object({ costUsd: z.number(), usage: usageSchema, turns: z.int() }).optional(),
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
})

const ended = z.object({
  type: z.literal('ended'),
  step: z.string(),
  state: z.enum(['done', 'failed', 'skipped', 'cancelled']),
  by: z.enum(['person', 'condition']).optional(),
  error: errorInfoSchema.optional(),
  message: z.string().optional(),
  output: z.unknown().optional(),
  consensus: consensusResultSchema.optional(),
  /** What later steps can read in `state`. */
  remember: z.record(z.string(), z.unknown()).optional(),
})

const control = z.object({
  type: z.literal('control'),
  control: z.enum(['pause', 'resume', 'cancel', 'retry']),
  step: z.string().optional(),
})
const decided = z.object({ type: z.literal('decided'), step: z.string(), decision: stepDecisionSchema })
const finished = z.object({
  type: z.literal('finished'),
  state: z.enum(['done', 'failed', 'cancelled']),
  outputs: z.record(z.string(), z.unknown()),
  error: errorInfoSchema.optional(),
})

/** Something that has happened to a run, before it is stamped. */
export const happeningSchema = z.discriminatedUnion('type', [begun, units, asked, unit, ended, control, decided, finished])
export type Happening = z.infer<typeof happeningSchema>
export type HappeningOf<T extends Happening['type']> = Extract<Happening, { type: T }>

export const stampSchema = z.object(stamp)
/** A line of a run's journal behind its first. */
export type JournalEntry = Happening & z.infer<typeof stampSchema>

/** Reads a line behind the first; null where it is none of ours. */
export function readEntry(value: unknown): JournalEntry | null {
  const happening = happeningSchema.safeParse(value).data
  const when = stampSchema.safeParse(value).data
  return happening && when ? { ...happening, ...when } : null
}
