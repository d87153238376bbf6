import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { timeSchema } from './common.ts'

/** Where the `claude` in use was found. */
export const claudeSourceSchema = z.enum(['settings', 'path', 'usual-place', 'bundled'])

/** Something that is wrong with the app itself: told until it is solved or, where that is all there is to do, dismissed. */
export const problemSchema = z.object({
  id: z.string(),
  /** What happened and what to do, in words. */
  message: z.string(),
  /** The file it is about, where it is now. */
  path: z.string().nullable(),
  /** True: nothing more will happen; it is there to be read. */
  dismissible: z.boolean(),
  /** When it was seen last, and how often so far. */
  at: timeSchema,
  count: z.int().positive(),
})
export type Problem = z.infer<typeof problemSchema>

export const healthSchema = z.object({
  version: z.string(),
  startedAt: timeSchema,
  uptimeSeconds: z.number(),
  claude: z.object({
    path: z.string().nullable(),
    version: z.string().nullable(),
    source: claudeSourceSchema.nullable(),
    loggedIn: z.boolean(),
    /** How it is signed in, in words; never a secret. */
    account: z.string().nullable(),
    error: errorInfoSchema.optional(),
    /** Names of environment variables that Bullpen has and does not pass to Claude; a setting lets them through. */
    heldBack: z.array(z.string()).default([]),
  }),
  /** True: answers are canned, from the demo model. */
  demo: z.boolean(),
  shell: z.enum(['desktop', 'web']),
  platform: z.object({ os: z.string(), canFreeze: z.boolean(), home: z.string(), separator: z.string() }),
  dataFolder: z.string(),
  /** A data folder that cannot be written now; null when all is well. */
  storageError: errorInfoSchema.nullable(),
  /** What else is wrong: files that were put aside, parts that stopped and are started again, unexpected errors. */
  problems: z.array(problemSchema),
  /** Processes of the last run that were still alive at this start and were ended. */
  reaped: z.number(),
  /** The core's own load: event loop delay at 99% and resident memory. */
  core: z.object({ loopDelayP99Ms: z.number(), memoryMb: z.number() }),
})
export type Health = z.infer<typeof healthSchema>
