import { z } from 'zod'
import { approvalSchema, decisionSchema } from '../domain/approval.ts'
import { idSchema, pageOf } from '../domain/common.ts'
import { call } from './base.ts'

/** Permission questions that wait for the user. */
export const approvals = {
  list: call
    .route({ method: 'GET', path: '/approvals', summary: 'List what waits for a decision, oldest first' })
    .output(pageOf(approvalSchema)),
  decide: call
    .route({ method: 'POST', path: '/approvals/{id}', summary: 'Allow or deny' })
    .input(z.object({ id: idSchema }).extend(decisionSchema.shape))
    .output(
      z.object({
        decided: z.literal(true),
        /** The turn that takes the answer to Claude, where the process that asked has ended. */
        turnId: idSchema.optional(),
      }),
    ),
}
