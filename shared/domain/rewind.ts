import { z } from 'zod'
import { treePathSchema } from './changes.ts'
import { idSchema, timeSchema } from './common.ts'

export const rewindWhatSchema = z.enum(['files', 'conversation', 'both'])

/** What happens to a file when the folder goes back. `mode`: only whether it can be run. */
export const rewindActionSchema = z.enum(['create', 'change', 'delete', 'mode'])

/**
 * Why a file is left as it is. `changed-since`: a person or somebody else changed it, and it is only overwritten when asked; `changed-meanwhile`: it
 * was changed while the rewind ran; `in-the-way`: something that is not covered has its place, or one of its folders' is a link; `read-only`: the
 * system lets nobody write there; the others are not covered by snapshots.
 */
export const keptReasonSchema = z.enum([
  'changed-since',
  'changed-meanwhile',
  'ignored',
  'outside',
  'large',
  'repository',
  'special',
  'reserved',
  'unreadable',
  'in-the-way',
  'read-only',
])

/** What was done: a rewind to a message, lines or files that were taken back, or one of these that was undone. */
export const rewindKindSchema = z.enum(['rewind', 'take-back', 'undo'])

export const rewindFileSchema = z.object({
  path: treePathSchema,
  action: rewindActionSchema,
  /** Lines that come and go; null where there are none to count. */
  added: z.int().nullable(),
  removed: z.int().nullable(),
  /** Set where it would overwrite what somebody else changed, and was asked to. */
  overwrites: z.literal(true).optional(),
})
export const keptFileSchema = z.object({
  path: z.string(),
  reason: keptReasonSchema,
  /** What would happen to it where it may be overwritten when asked. */
  action: rewindActionSchema.optional(),
})

export const rewindSchema = z.object({
  /** Null for a preview. */
  id: idSchema.nullable(),
  kind: rewindKindSchema,
  conversationId: idSchema,
  /** The message that was gone back to before; null for what was taken back. */
  messageId: idSchema.nullable(),
  what: rewindWhatSchema,
  at: timeSchema,
  dryRun: z.boolean(),
  folder: z.string().nullable(),
  /** What changes, or has changed. At most 5,000, in order of paths; `fileCount` counts all. */
  files: z.array(rewindFileSchema),
  fileCount: z.int().nonnegative(),
  /** What is left as it is, and why. At most 5,000. */
  kept: z.array(keptFileSchema),
  keptCount: z.int().nonnegative(),
  /** How many messages leave the thread, and the text of the message, to be written anew. */
  messages: z.int().nonnegative(),
  prompt: z.string(),
  /** What else is to be known before, each to be shown as it stands. */
  warnings: z.array(z.string()),
  /** Whether it was undone. */
  undone: z.boolean(),
  /** For `undo`: what was undone by it. */
  undoes: idSchema.optional(),
})
export type Rewind = z.infer<typeof rewindSchema>
export type RewindFile = z.infer<typeof rewindFileSchema>
export type RewindAction = z.infer<typeof rewindActionSchema>
export type KeptFile = z.infer<typeof keptFileSchema>
export type KeptReason = z.infer<typeof keptReasonSchema>
export type RewindWhat = z.infer<typeof rewindWhatSchema>
