import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { shellBlockSchema } from './attachment.ts'

/** A command line of the user's that runs. */
export const shellRunSchema = z.object({
  id: idSchema,
  conversationId: idSchema,
  command: z.string(),
  startedAt: timeSchema,
  /** The end of what it has said so far. */
  tail: z.string(),
})
export type ShellRun = z.infer<typeof shellRunSchema>

export const shellCommandSchema = shellBlockSchema.shape.command
