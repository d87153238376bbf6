import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/**
 * Which launches a spare can serve. `folder`: those of one way of launching, in the folder it was started in. `any-folder`: it is
 * parked and takes the folder, the model and the permissions when it is claimed.
 */
export const spareKindSchema = z.enum(['folder', 'any-folder'])
export type SpareKind = z.infer<typeof spareKindSchema>

/** A started process that serves nobody yet, or the place where one is about to be. */
export const spareSchema = z.object({
  id: idSchema,
  kind: spareKindSchema,
  /** `waiting`: the last one died or could not be started; it is tried again at `retryAt`. */
  state: z.enum(['starting', 'ready', 'waiting']),
  pid: z.int().nullable(),
  memoryMb: z.number().nullable(),
  cpuPercent: z.number().nullable(),
  startedAt: timeSchema.nullable(),
  retryAt: timeSchema.nullable(),
  /** Why there is none, while it waits; for the user to read. */
  problem: z.string().nullable(),
  /** Null for one that takes any folder. */
  folder: z.string().nullable(),
  /** The rest of what it was started with, for the user to read. */
  summary: z.string(),
})
export type Spare = z.infer<typeof spareSchema>

/** Why a launch that a spare could have served found none. */
export const missReasonSchema = z.enum([
  /** Nothing was launched this way before. */
  'new-kind',
  /** It was taken, and the next one was not ready yet. */
  'not-ready',
  /** The last ones died or could not be started. */
  'failing',
  /** The parked process did not take this folder or these settings. */
  'refused',
  /** What it had read at its start, such as CLAUDE.md or the state of the repository, had changed since. */
  'outdated',
  /** Spares were given up for the memory budget. */
  'no-memory',
])
export type MissReason = z.infer<typeof missReasonSchema>

/** Launches that a spare could have served, since the app was started. */
export const launchCountsSchema = z.object({
  launches: z.int(),
  hits: z.object({ folder: z.int(), anyFolder: z.int() }),
  misses: z.record(missReasonSchema, z.int()),
})
export type LaunchCounts = z.infer<typeof launchCountsSchema>
