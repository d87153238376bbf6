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

/** What a user sets about a trigger. */
export const triggerConfigSchema = z.object({
  name: z.string().trim().min(1, 'Enter a name.').max(100),
  recipe: recipeNameSchema,
  /** Texts may be templates over `trigger`: `{{ trigger.paths }}`, `{{ trigger.body.title }}`. */
  inputs: z.record(z.string(), z.unknown()).default({}),
  on: triggerOnSchema,
  enabled: z.boolean().default(true),
  /** When a run of it is not over yet. `queue`: one more begins after it, with the newest of what came meanwhile. */
  overlap: z.enum(['skip', 'queue', 'replace']).default('skip'),
  /** Times that went by while the computer slept or Bullpen did not run. */
  missed: z.enum(['once', 'all', 'none']).default('once'),
  /** It pauses by itself after so many failed runs in a row; null: never. */
  pauseAfterFailures: z.int().min(1).max(1_000).nullable().default(5),
})
export type TriggerConfig = z.infer<typeof triggerConfigSchema>

export const triggerSchema = triggerConfigSchema.extend({
  id: idSchema,
  /** When it fires, in words. */
  summary: z.string(),
  /** The next times, at most five; empty unless it goes by time and is on. */
  next: z.array(timeSchema),
  /** Why it does not fire although it is enabled, for the user to read. */
  pausedBecause: z.string().nullable(),
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
  /** What it had to say, shortened: changed paths, new commits, the body of a call. */
  payload: z.record(z.string(), z.unknown()),
  /** The caller's own word: the same again starts nothing. */
  key: z.string().nullable(),
})
export type Firing = z.infer<typeof firingSchema>
