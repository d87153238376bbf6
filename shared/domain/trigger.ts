import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { recipeNameSchema } from './recipe.ts'

/** What is sent to an address of ours, and whether it is to start something: all of these fields have to be like that. */
const hookFilterSchema = z.strictObject({
  /** Where in the JSON body, such as `pull_request.state`. */
  path: z.string().trim().min(1).max(200),
  equals: z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]),
})

/** When it fires. */
export const triggerOnSchema = z.discriminatedUnion('kind', [
  /** Only when somebody presses the button or calls it. */
  z.strictObject({ kind: z.literal('click') }),
  z.strictObject({
    kind: z.literal('time'),
    /** Five or six fields of cron. */
    cron: z.string().trim().min(1).max(200),
    /** Such as `Europe/Berlin`; the machine's own when left out. */
    timeZone: z.string().trim().min(1).max(100).optional(),
  }),
  z.strictObject({
    kind: z.literal('files'),
    folder: z.string().trim().min(1).max(4_000),
    /** Relative to the folder. */
    glob: z.string().trim().min(1).max(1_000).default('**/*'),
    /** It fires when nothing has changed for so long. */
    debounceMs: z.int().min(0).max(600_000).default(200),
  }),
  z.strictObject({
    kind: z.literal('git'),
    folder: z.string().trim().min(1).max(4_000),
    /** The one that is checked out when left out. */
    branch: z.string().trim().min(1).max(250).optional(),
  }),
  z.strictObject({
    kind: z.literal('run'),
    recipe: recipeNameSchema,
    /** How it has to have ended; any way when left out. */
    outcome: z.enum(['done', 'failed', 'cancelled']).optional(),
  }),
  z.strictObject({ kind: z.literal('hook'), filter: z.array(hookFilterSchema).max(20).default([]) }),
])
export type TriggerOn = z.infer<typeof triggerOnSchema>

/** Without defaults, so that a change of one field leaves the others as they are. */
const configFields = {
  name: z.string().trim().min(1, 'Enter a name.').max(100),
  recipe: recipeNameSchema,
  /** Texts may be templates over `trigger`: `{{ trigger.paths }}`, `{{ trigger.body.title }}`. */
  inputs: z.record(z.string(), z.unknown()),
  on: triggerOnSchema,
  enabled: z.boolean(),
  /** When a run of it is not over yet. `queue`: one more begins after it, with the newest of what came meanwhile. */
  overlap: z.enum(['skip', 'queue', 'replace']),
  /** Times that went by while the computer slept or Bullpen did not run. */
  missed: z.enum(['once', 'all', 'none']),
  /** It pauses by itself after so many failed runs in a row; null: never. */
  pauseAfterFailures: z.int().min(1).max(1_000).nullable(),
}

/** What a user sets about a trigger. */
export const triggerConfigSchema = z.object({
  ...configFields,
  inputs: configFields.inputs.default({}),
  enabled: configFields.enabled.default(true),
  overlap: configFields.overlap.default('skip'),
  missed: configFields.missed.default('once'),
  pauseAfterFailures: configFields.pauseAfterFailures.default(5),
})
export type TriggerConfig = z.infer<typeof triggerConfigSchema>

/** Every field optional. */
export const triggerPatchSchema = z.object(configFields).partial()
export type TriggerPatch = z.infer<typeof triggerPatchSchema>

export const triggerSchema = triggerConfigSchema.extend({
  id: idSchema,
  /** When it fires, in words. */
  summary: z.string(),
  /** The next times, at most five; empty unless it goes by time and is on. */
  next: z.array(timeSchema),
  /** Why it does not fire although it is enabled, for the user to read. */
  pausedBecause: z.string().nullable(),
  /** It has failed too often in a row, and waits until somebody resumes it. */
  hasPausedItself: z.boolean(),
  failuresInARow: z.int().nonnegative(),
  lastFiredAt: timeSchema.nullable(),
  /** Where a hook is sent to, below the address of the app. */
  hookPath: z.string().optional(),
  createdAt: timeSchema,
})
export type Trigger = z.infer<typeof triggerSchema>

/** One time that a trigger fired. */
export const firingSchema = z.object({
  id: idSchema,
  triggerId: idSchema,
  at: timeSchema,
  /** When it was due, for one that goes by time. */
  dueAt: timeSchema.nullable(),
  outcome: z.enum(['started', 'queued', 'skipped', 'failed']),
  runId: idSchema.nullable(),
  /** Why it was skipped or failed, for the user to read. */
  reason: z.string().nullable(),
  /** How its run has ended; null until then, and where that can't be told any more. */
  runOutcome: z.enum(['done', 'failed', 'cancelled']).nullable(),
  /** Nothing more will come of it. */
  isOver: z.boolean(),
  /** What it had to say, shortened: changed paths, new commits, the body of a call. */
  payload: z.record(z.string(), z.unknown()),
  /** The caller's own word: the same again starts nothing. */
  key: z.string().nullable(),
})
export type Firing = z.infer<typeof firingSchema>

/** What came of pressing the button, or of a call. */
export const firedSchema = firingSchema
  .pick({ id: true, outcome: true, runId: true, reason: true })
  .extend({ isRepeated: z.boolean().describe('It was known already by its key, and has started nothing more.') })
export type Fired = z.infer<typeof firedSchema>

/** A time that was said, read back. */
export const readTimeSchema = z.object({
  cron: z.string(),
  /** In words, so that its writer can see what was understood. */
  words: z.string(),
  timeZone: z.string(),
  /** The next five times. */
  next: z.array(timeSchema),
})
export type ReadTime = z.infer<typeof readTimeSchema>

/** What a pattern means in a folder now. */
export const matchingFilesSchema = z.object({
  count: z.int().nonnegative(),
  /** False: the folder is so large that it was not looked at as a whole. */
  isWhole: z.boolean(),
  /** A few of them, relative to the folder. */
  examples: z.array(z.string()),
})
export type MatchingFiles = z.infer<typeof matchingFilesSchema>
