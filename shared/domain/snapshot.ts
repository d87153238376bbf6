import { z } from 'zod'
import { timeSchema } from './common.ts'

/** The snapshots of one folder. */
const snapshotFolderSchema = z.object({
  folder: z.string(),
  /** How many are kept, and when the first and the last were taken; null where there are none. */
  snapshots: z.int().nonnegative(),
  oldest: timeSchema.nullable(),
  newest: timeSchema.nullable(),
  /** On the disk. */
  bytes: z.int().nonnegative(),
  /** Why none could be taken the last time; null: one was. */
  note: z.string().nullable(),
})

/** What snapshots take, and whether they are taken. */
export const snapshotStatusSchema = z.object({
  on: z.boolean(),
  /** The git they are made with; null where there is none. */
  git: z.object({ path: z.string(), version: z.string() }).nullable(),
  /** Why none are taken at all, to be shown as it stands; null: they are. */
  note: z.string().nullable(),
  /** In all, on the disk. */
  bytes: z.int().nonnegative(),
  limitMb: z.int(),
  days: z.int(),
  /** The largest first; at most 500. */
  folders: z.array(snapshotFolderSchema),
  /** How many there are in all. */
  folderCount: z.int().nonnegative(),
})
export type SnapshotStatus = z.infer<typeof snapshotStatusSchema>
