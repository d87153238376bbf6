import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { idSchema, timeSchema } from './common.ts'
import { decideSchema, limitsSchema, mostRecipeChars, recipeNameSchema, stepKindSchema } from './recipe.ts'
import { usageSchema } from './turn.ts'

/** `needs-you`: something in it waits for a person, see its `asks`. `paused`: nothing begins, what runs ends. The last three are ends. */
export const runStateSchema = z.enum(['running', 'needs-you', 'paused', 'done', 'failed', 'cancelled'])
export type RunState = z.infer<typeof runStateSchema>

/** `needs-you`: a gate, or a turn that was cut off when it may have had an effect. The last four are ends. */
export const stepStateSchema = z.enum(['waiting', 'running', 'needs-you', 'done', 'failed', 'skipped', 'cancelled'])
export type StepState = z.infer<typeof stepStateSchema>

/** Why a step waits for a person. */
export const stepNeedSchema = z.object({
  /** `gate`: it asks whether to go on. `cut-off`: its turn was cut off when a tool may have had an effect. `event`: somebody has to say that it has happened. */
  kind: z.enum(['gate', 'cut-off', 'event']),
  /** The gate's question, what was cut off, or the word that is waited for. */
  text: z.string(),
  since: timeSchema,
  /** Nobody waits for an answer any longer than this: the step fails then. */
  until: timeSchema.optional(),
})
export type StepNeed = z.infer<typeof stepNeedSchema>

/** How many parts of a fan-out are where. */
export const itemCountsSchema = z.object({
  total: z.int().nonnegative(),
  waiting: z.int().nonnegative(),
  running: z.int().nonnegative(),
  needsYou: z.int().nonnegative(),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  cancelled: z.int().nonnegative(),
})
export type ItemCounts = z.infer<typeof itemCountsSchema>

/** One voter's answer. */
export const voteSchema = z.object({
  /** `voter-1`, or the name of the instance that was asked. */
  voter: z.string(),
  instanceId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  turnId: idSchema.nullable(),
  /** The option, or with `judge` and `synthesize` the whole answer; null where none came. */
  choice: z.string().nullable(),
  /** The voter's own; of answers in words what the judge or the writer says of it. */
  reason: z.string(),
  /** It is not what was decided. */
  isDissent: z.boolean(),
  /** Why no answer came. */
  error: errorInfoSchema.optional(),
})
export type Vote = z.infer<typeof voteSchema>

/** What came of several answers to one question. Too few answers decide nothing. */
export const consensusResultSchema = z.object({
  decide: decideSchema,
  /** The option, or the best answer; null where there is no decision. */
  decision: z.string().nullable(),
  /** Why nothing was decided; null where something was. */
  undecided: z.enum(['no-quorum', 'tie', 'no-majority', 'judge-failed', 'judge-flipped']).nullable(),
  /** So many answers were needed, and so many came. */
  quorum: z.int(),
  answers: z.int(),
  votes: z.array(voteSchema),
  /** Votes for each option, in the options' order; empty where there are none to choose from. */
  tally: z.array(z.object({ option: z.string(), votes: z.int() })),
  /**
   * The share of the answers that stand for the decision, 0 to 1; null where nothing was decided. Of answers in words the judge, in both
   * orders, or the writer says which do.
   */
  agreement: z.number().nullable(),
  /** With `judge`: the voters from best to worst, as each of the two shuffled orders gave it. */
  rankings: z.array(z.array(z.string())),
  /** With `judge`: the two orders have different winners. */
  hasFlipped: z.boolean(),
  reason: z.string(),
})
export type ConsensusResult = z.infer<typeof consensusResultSchema>

export const runStepSchema = z.object({
  id: z.string(),
  kind: stepKindSchema,
  title: z.string(),
  needs: z.array(z.string()),
  state: stepStateSchema,
  /** Why it waits although what it needs has ended, for the user to read. */
  waitingFor: z.string().nullable(),
  /** Turns begun for it, over all its parts. */
  attempts: z.int().nonnegative(),
  /** What came out: JSON like its schema, the list of a fan-out's outputs (where the step itself is read, of up to 1,000 parts), a consensus' result, a nested run's outputs. */
  output: z.unknown(),
  /** Claude's last text, shortened here where it is long. */
  text: z.string(),
  items: itemCountsSchema.optional(),
  /** The newest 100. */
  turnIds: z.array(idSchema),
  /** Of the latest turn. */
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  /** The nested run. */
  runId: idSchema.nullable(),
  consensus: consensusResultSchema.optional(),
  need: stepNeedSchema.optional(),
  /** What a person said at its gate. */
  message: z.string().optional(),
  /** Why it is done or skipped although nothing did it, such as `by hand`. */
  by: z.enum(['person', 'condition']).optional(),
  costUsd: z.number(),
  usage: usageSchema,
  error: errorInfoSchema.optional(),
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
})
export type RunStep = z.infer<typeof runStepSchema>

/** One part of a fan-out. */
export const runItemSchema = z.object({
  index: z.int().nonnegative(),
  /** The item in a few words. */
  label: z.string(),
  state: stepStateSchema,
  attempts: z.int().nonnegative(),
  turnId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  runId: idSchema.nullable(),
  /** Shortened. */
  text: z.string(),
  /** JSON like the step's schema; null where it has none. */
  output: z.unknown(),
  costUsd: z.number(),
  error: errorInfoSchema.optional(),
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
})
export type RunItem = z.infer<typeof runItemSchema>

/** What started a run. */
export const runCauseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person') }),
  z.object({ kind: z.literal('call') }),
  z.object({ kind: z.literal('trigger'), triggerId: idSchema, firingId: idSchema }),
  z.object({ kind: z.literal('run'), runId: idSchema, stepId: z.string(), index: z.int().nonnegative().nullable() }),
])
export type RunCause = z.infer<typeof runCauseSchema>

/** What of a run waits for a person, and where it is answered. */
export const runAskSchema = z.object({
  stepId: z.string(),
  /** The step's. */
  title: z.string(),
  /**
   * `gate`, `cut-off`, `event`: the step itself, see its need. `approval`: one of its turns asks, and is answered as any approval.
   * `run`: something in the nested run.
   */
  kind: z.enum(['gate', 'cut-off', 'event', 'approval', 'run']),
  /** What is asked, shortened where it is long. */
  text: z.string(),
  since: timeSchema,
  /** The step fails then, if it still waits. */
  until: timeSchema.optional(),
  /** Of an approval. */
  approvalId: idSchema.optional(),
  conversationId: idSchema.optional(),
  /** The nested run. */
  runId: idSchema.optional(),
})
export type RunAsk = z.infer<typeof runAskSchema>

/** A run as lists show it. */
export const runSummarySchema = z.object({
  id: idSchema,
  recipe: recipeNameSchema,
  title: z.string(),
  state: runStateSchema,
  cause: runCauseSchema,
  /** The caller's own word for it. */
  key: z.string().nullable(),
  /** Steps that have ended, and all of them. */
  stepsEnded: z.int(),
  stepsTotal: z.int(),
  /** Of all its turns, those of nested runs too; turns whose price is not known count nothing. */
  costUsd: z.number(),
  usage: usageSchema,
  turns: z.int(),
  limits: limitsSchema,
  error: errorInfoSchema.optional(),
  /** Why nothing of it goes on now, such as a full disk; it goes on by itself when that is over. */
  heldBy: z.string().optional(),
  /** What waits for a person: the ids of its steps. */
  needs: z.array(z.string()),
  /** All in it that waits for a person, also in its turns and in the runs that are nested in it; the first 20. */
  asks: z.array(runAskSchema),
  createdAt: timeSchema,
  endedAt: timeSchema.nullable(),
})
export type RunSummary = z.infer<typeof runSummarySchema>

export const runSchema = runSummarySchema.extend({
  inputs: z.record(z.string(), z.unknown()),
  /** Empty until it is done. */
  outputs: z.record(z.string(), z.unknown()),
  /** What its steps have remembered. */
  remembered: z.record(z.string(), z.unknown()),
  steps: z.array(runStepSchema),
})
export type Run = z.infer<typeof runSchema>

/** What a person, or a program, says about a step. */
export const stepDecisionSchema = z.discriminatedUnion('decision', [
  /** A gate. Later steps read the message as `steps.<id>.message`. */
  z.object({ decision: z.literal('approve'), message: z.string().max(100_000).optional() }),
  z.object({ decision: z.literal('reject'), message: z.string().max(100_000).optional() }),
  /** One that has failed or was cut off, or the failed parts of a fan-out; `index`: this part alone. */
  z.object({ decision: z.literal('retry'), index: z.int().nonnegative().optional() }),
  z.object({ decision: z.literal('skip'), message: z.string().max(100_000).optional() }),
  /** As if it had been done, with this output. It also says that an event has happened. */
  z.object({ decision: z.literal('done'), message: z.string().max(100_000).optional(), output: z.unknown().optional() }),
  /** Another prompt for one that waits. */
  z.object({ decision: z.literal('edit'), prompt: z.string().max(200_000) }),
])
export type StepDecision = z.infer<typeof stepDecisionSchema>

/** What is run. Exactly one of `recipe`, `definition` and `markdown`. */
export const runRequestSchema = z.object({
  /** A recipe by its name. */
  recipe: recipeNameSchema.optional(),
  /** A recipe as YAML or JSON text, or as an object. */
  definition: z.union([z.string().max(mostRecipeChars), z.record(z.string(), z.unknown())]).optional(),
  /** A Markdown task file: each open task is a step. */
  markdown: z.string().max(mostRecipeChars).optional(),
  /** Recipes of this folder count too, and before others of their name. */
  folder: z.string().min(1).max(4_096).optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
})
export type RunRequest = z.infer<typeof runRequestSchema>

/** A step with what its part of a run's state leaves out. */
export const wholeStepSchema = runStepSchema.extend({
  /** All of it, however long. */
  text: z.string(),
  /** As the recipe has it, or as it was changed; null where it asks nothing. */
  prompt: z.string().nullable(),
  /** In the words in which it was asked last; null where it was not, or has several parts. */
  asked: z.string().nullable(),
})
export type WholeStep = z.infer<typeof wholeStepSchema>

/**
 * What happens in one run, several changes at once told as the last of them. After `sync` fetch the run again. Outputs and texts are not
 * in it: fetch the step, or the items that are on show.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sync'), seq: z.int().nonnegative(), run: runSummarySchema }),
  z.object({ type: z.literal('run'), seq: z.int().nonnegative(), run: runSummarySchema }),
  z.object({
    type: z.literal('step'),
    seq: z.int().nonnegative(),
    step: runStepSchema.omit({ output: true, text: true, consensus: true }),
  }),
])
export type RunEvent = z.infer<typeof runEventSchema>
