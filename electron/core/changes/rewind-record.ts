import { z } from 'zod'
import { treePathSchema } from '../../../shared/domain/changes.ts'
import { idSchema } from '../../../shared/domain/common.ts'
import { keptReasonSchema, rewindSchema } from '../../../shared/domain/rewind.ts'

const treeEntrySchema = z.object({ mode: z.string(), object: z.string() })
const stepModesSchema = z.object({ from: z.int().optional(), to: z.union([z.int(), z.literal('usual')]).optional() })
const stepSchema = z.object({
  path: treePathSchema,
  from: treeEntrySchema.nullable(),
  to: treeEntrySchema.nullable(),
  modes: stepModesSchema.optional(),
})

/** What left the thread or came back to it, and the line that says so. */
const threadPartSchema = z.object({
  fromSeq: z.int(),
  toSeq: z.int(),
  messageId: idSchema,
  /** The messages came back; else they left. */
  came: z.boolean(),
})
export type ThreadPart = z.infer<typeof threadPartSchema>

/**
 * A rewind as it is kept: first as a journal, which a start of the app after a kill goes on by, then as the record that it is undone by. `staging`:
 * no file has changed; `applying`: files change, and all of what is to be is written already; `done`: they are as they are to be.
 */
export const rewindRecordSchema = z.object({
  version: z.literal(1),
  phase: z.enum(['staging', 'applying', 'done']),
  rewind: rewindSchema,
  /** How the folder was before; what it was made is in `steps`. Null where no files were concerned. */
  files: z
    .object({
      folder: z.string(),
      before: z.string(),
      after: z.string().nullable(),
      /** Those that were taken, once it is done. */
      steps: z.array(stepSchema),
      /** Of those that were to be taken and were not. */
      left: z.array(z.object({ path: treePathSchema, reason: keptReasonSchema })),
      /** Folders that stay. */
      keep: z.array(z.string()),
    })
    .nullable(),
  thread: threadPartSchema.nullable(),
  /** The line in the thread that tells of it. */
  line: z.object({ id: idSchema, seq: z.int() }).nullable(),
})
export type RewindRecord = z.infer<typeof rewindRecordSchema>
