import { z } from 'zod'
import { effortSchema } from './claude-info.ts'
import { mcpServerSchema, permissionModeSchema, serverNameSchema } from './instance.ts'
import { waySchema } from './way.ts'

/** A recipe's file is larger than this only by mistake. */
export const mostRecipeChars = 1_000_000
export const mostSteps = 5_000

/** It becomes a file's name, so it is spelled the same on every system. */
export const recipeNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'A recipe’s name has 1 to 64 small letters, digits and “-”, and starts with a letter or digit.')

/** Templates name a step by it: `{{ steps.find.text }}`. */
export const stepIdSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'A step’s id has 1 to 64 letters, digits, “-” and “_”, and starts with a letter.')

const templateSchema = z.string().max(200_000, 'A template has at most 200,000 characters.')
/** What is written as it is, or as a template that gives it. */
const scalarSchema = z.union([templateSchema, z.number(), z.boolean()])

/** What the answer has to be like, as a JSON Schema. */
const jsonSchemaSchema = z.record(z.string(), z.unknown())

export const inputTypeSchema = z.enum(['text', 'number', 'boolean', 'list', 'folder', 'instance'])

/** Something that is asked for before a run. Without a default it has to be given. */
export const recipeInputSchema = z.strictObject({
  type: inputTypeSchema.optional(),
  /** What the form says beside the field. */
  label: z.string().max(200).optional(),
  description: z.string().max(1_000).optional(),
  default: z.unknown().optional(),
  /** The only values that it may have. */
  options: z.array(z.string().max(500)).min(1).max(200).optional(),
  /** False: it may be left out, and is empty then. */
  required: z.boolean().optional(),
})
export type RecipeInput = z.infer<typeof recipeInputSchema>

/** Enforced, for a run and for a step: what would pass one does not begin, what runs and passes it is interrupted. */
export const limitsSchema = z.strictObject({
  costUsd: z.number().nonnegative().max(100_000).optional(),
  turns: z.int().nonnegative().max(1_000_000).optional(),
  minutes: z.number().nonnegative().max(43_200).optional(),
  /** Turns at the same time. */
  concurrency: z.int().min(1, 'At least one turn at a time.').max(100).optional(),
})
export type Limits = z.infer<typeof limitsSchema>

/** An instance that is made for the step, or found again where one was made like this, and removed when nobody uses it for long. */
export const newInstanceSchema = z.strictObject({
  cwd: templateSchema,
  profile: z.string().trim().min(1).max(100).optional(),
  model: templateSchema.optional(),
  effort: effortSchema.optional(),
  systemPrompt: templateSchema.optional(),
  appendSystemPrompt: templateSchema.optional(),
  permissionMode: permissionModeSchema.optional(),
  allowedTools: z.array(z.string().min(1)).max(200).optional(),
  disallowedTools: z.array(z.string().min(1)).max(200).optional(),
  mcpServers: z.record(z.string(), mcpServerSchema).optional(),
  savedServers: z.array(serverNameSchema).max(50).optional(),
  addDirs: z.array(z.string().min(1)).max(50).optional(),
  env: z.record(z.string(), z.string()).optional(),
  /** How it has its process. */
  way: waySchema.optional(),
})
export type NewInstance = z.infer<typeof newInstanceSchema>

/** Who works on a step. Nothing: the pool chooses. */
export const workerSchema = z.strictObject({
  /** By its name or id. */
  instance: templateSchema.optional(),
  /** Any instance that has all of these tags. */
  labels: z.array(z.string().trim().min(1).max(50)).min(1).max(20).optional(),
  new: newInstanceSchema.optional(),
  /** A process of its own for each turn, started for it and ended after it. */
  fresh: z.boolean().optional(),
  /** How its process is had. `fresh` is the same as `fresh: true`; `kept-alive` and `event-driven` go with `new`. */
  way: waySchema.optional(),
})
export type RecipeWorker = z.infer<typeof workerSchema>

export const decideSchema = z.enum(['vote', 'judge', 'synthesize'])

/** Several answer the same question without seeing each other; then it is decided. */
export const consensusSchema = z.strictObject({
  ask: templateSchema,
  /** What may be voted for. Needed for `vote`. */
  options: z
    .union([z.array(z.string().trim().min(1).max(500)).min(2, 'A vote needs at least two options.').max(50), templateSchema])
    .optional(),
  /** How many answer, or who. */
  voters: z.union([z.int().min(2, 'At least two voters.').max(50), z.array(workerSchema).min(2, 'At least two voters.').max(50)]),
  /** So many have to answer; all of them when left out. */
  quorum: z.int().min(1).max(50).optional(),
  decide: decideSchema.default('vote'),
  /** Who judges or writes the best answer. */
  judge: workerSchema.optional(),
})
export type Consensus = z.infer<typeof consensusSchema>

/** What a step waits for, besides those before it: a while, a time, or that somebody says so. */
export const waitSchema = z.strictObject({
  seconds: z.union([z.number().nonnegative().max(31_536_000), templateSchema]).optional(),
  /** A time, ISO 8601. */
  until: templateSchema.optional(),
  /** A word: the step is done when somebody says that this has happened. */
  event: z.string().trim().min(1).max(200).optional(),
})

export const retrySchema = z.strictObject({
  times: z.int().min(0).max(10),
  /** The pause before the first repetition; each further one is twice as long. */
  backoffSeconds: z.number().min(0).max(3_600).default(5),
})

/** One thing to be done. Exactly one of `ask`, `consensus`, `gate`, `run`, `wait` says what; a step with `state` alone only remembers. */
export const recipeStepSchema = z.strictObject({
  id: stepIdSchema,
  title: z.string().max(200).optional(),
  /** What has to have ended before: the step above when left out, nothing when empty. */
  needs: z.array(z.string()).max(mostSteps).optional(),
  /** The step is skipped unless this is true. */
  if: templateSchema.optional(),
  ask: templateSchema.optional(),
  consensus: consensusSchema.optional(),
  /** A question to a person. */
  gate: templateSchema.optional(),
  /** Another recipe, by name. */
  run: z.string().max(200).optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  wait: waitSchema.optional(),
  /** One turn, or one run, for each of these: a list, or a template that gives one. */
  each: z.union([templateSchema, z.array(z.unknown())]).optional(),
  /** Of `each`: so many at the same time. */
  concurrency: z.int().min(1).max(100).optional(),
  with: workerSchema.optional(),
  /** The answer has to be JSON like this; it is the step's `output`. */
  schema: jsonSchemaSchema.optional(),
  /** `fresh`: a conversation of its own. `run`: the run's. `step:<id>`: goes on from that step's. */
  context: z
    .string()
    .regex(/^(fresh|run|step:.{1,64})$/, 'A context is “fresh”, “run” or “step:<id>”.')
    .optional(),
  timeoutSeconds: z.int().min(1).max(2_592_000).optional(),
  retry: retrySchema.optional(),
  /** `continue`: what needs it goes on although it failed. */
  onFailure: z.enum(['stop', 'continue']).optional(),
  limits: limitsSchema.optional(),
  priority: z.int().min(0).max(9).optional(),
  /** What is remembered for later steps once this one is done. */
  state: z.strictObject({ set: z.record(z.string(), z.unknown()) }).optional(),
})
export type RecipeStep = z.infer<typeof recipeStepSchema>

/** What is to be done, as it is written down. */
export const recipeSchema = z.strictObject({
  recipe: recipeNameSchema,
  title: z.string().max(200).optional(),
  description: z.string().max(2_000).optional(),
  inputs: z.record(z.string(), z.union([recipeInputSchema, z.null()])).default({}),
  limits: limitsSchema.default({}),
  /** Who works on the steps that do not say. */
  with: workerSchema.optional(),
  steps: z.array(recipeStepSchema).min(1, 'A recipe has at least one step.').max(mostSteps, 'A recipe has at most 5,000 steps.'),
  outputs: z.record(z.string(), scalarSchema).default({}),
})
export type Recipe = z.infer<typeof recipeSchema>

export const stepKindSchema = z.enum(['ask', 'each', 'consensus', 'gate', 'run', 'wait', 'state'])
export type StepKind = z.infer<typeof stepKindSchema>

/** What is wrong with a recipe, and where. Lines and columns count from 1. */
export const recipeFaultSchema = z.object({
  line: z.int().positive(),
  column: z.int().positive().optional(),
  message: z.string(),
  /** A warning does not keep it from running. */
  severity: z.enum(['error', 'warning']),
})
export type RecipeFault = z.infer<typeof recipeFaultSchema>

/** The steps and what each waits for; a step comes after everything that it needs. */
export const recipeGraphSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: stepKindSchema,
      title: z.string(),
      line: z.int().positive(),
      /** How many steps have to end before it, one after the other. */
      level: z.int().nonnegative(),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
})
export type RecipeGraph = z.infer<typeof recipeGraphSchema>
