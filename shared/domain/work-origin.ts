import { z } from 'zod'
import { idSchema } from './common.ts'

/** What a piece of work belongs to: a step of a run, or a message of a topic. */
export const workOriginSchema = z.union([
  z.object({ runId: idSchema, stepId: z.string().max(200) }),
  z.object({ topic: z.string().max(200), messageId: idSchema }),
])
export type WorkOrigin = z.infer<typeof workOriginSchema>
