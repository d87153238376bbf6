import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { imageSchema } from './message.ts'

/** A turn that waits for an instance. */
export const taskSchema = z.object({
  id: idSchema,
  turnId: idSchema,
  conversationId: idSchema,
  instanceId: idSchema.nullable(),
  text: z.string(),
  imageCount: z.number(),
  /** 0 to 9; higher goes first. */
  priority: z.int().min(0).max(9),
  state: z.enum(['waiting', 'running']),
  /** Why it waits, for the user to read; null when it runs. */
  waitingFor: z.string().nullable(),
  createdAt: timeSchema,
})
export type Task = z.infer<typeof taskSchema>

export const promptSchema = z.object({
  text: z.string().max(1_000_000, 'A message has at most a million characters.'),
  images: z.array(imageSchema).max(20).optional(),
})
export type Prompt = z.infer<typeof promptSchema>
