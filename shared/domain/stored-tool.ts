import { z } from 'zod'
import { approvalOutcomeSchema } from './approval.ts'
import { toolCallSchema } from './message.ts'

/** A tool call as it is stored: the last that was said of it, and how the question about it was answered where there was one. */
export const storedToolSchema = toolCallSchema.extend({
  approval: z
    .object({
      outcome: approvalOutcomeSchema.exclude(['waiting']),
      /** The reason that was given with a denial. */
      message: z.string().optional(),
    })
    .optional(),
})
export type StoredTool = z.infer<typeof storedToolSchema>
