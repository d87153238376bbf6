import { z } from 'zod'
import { approvalSchema, decisionSchema } from '../domain/approval.ts'
import { idSchema, pageOf } from '../domain/common.ts'
import { call } from './base.ts'

/** Requests of one tool that are decided with one answer. */
const severalSchema = z.object({
  ids: z.array(idSchema).min(1).max(200),
  decision: z.enum(['allow', 'deny']),
  /** Told to Claude with each denial. */
  message: z.string().max(10_000).optional(),
})

/** What waits for the user. */
export const approvals = {
  list: call
    .route({ method: 'GET', path: '/approvals', summary: 'List what waits for a decision, oldest first' })
    .output(pageOf(approvalSchema)),
  decideSeveral: call
    .route({ method: 'POST', path: '/approvals', summary: 'Allow or deny several requests of one tool, each exactly as it was asked' })
    .input(severalSchema)
    .output(
      z.object({
        decided: z.array(idSchema),
        /** Those that could not be answered, each with the reason. */
        failed: z.array(z.object({ id: idSchema, code: z.string(), message: z.string() })),
      }),
    ),
  decide: call
    .route({ method: 'POST', path: '/approvals/{id}', summary: 'Answer one: allow or deny it, with what its kind takes' })
    .input(z.object({ id: idSchema }).extend(decisionSchema.shape))
    .output(
      z.object({
        decided: z.literal(true),
        /** The turn that takes the answer to Claude, where the process that asked has ended. */
        turnId: idSchema.optional(),
      }),
    ),
}
