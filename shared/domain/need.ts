import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** Something that waits for a person, and how it is answered. */
export const needSchema = z.object({
  /** The approval's id, or `run/step`. */
  id: z.string(),
  /** `gate`, `cut-off`, `event`: a step of a run. `approval`: anything that Claude asks; its details are in `GET /approvals`. */
  kind: z.enum(['approval', 'gate', 'cut-off', 'event']),
  /** Who needs something, in a few words. */
  title: z.string(),
  /** What is asked, shortened where it is long. */
  text: z.string(),
  since: timeSchema,
  /** The step fails then, if it still waits. */
  until: timeSchema.optional(),
  approvalId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  /** The run that it is a part of. */
  runId: idSchema.nullable(),
  stepId: z.string().nullable(),
  /** A POST of one of these decisions to this path answers it. */
  answer: z.object({ path: z.string(), decisions: z.array(z.string()) }),
})
export type Need = z.infer<typeof needSchema>
