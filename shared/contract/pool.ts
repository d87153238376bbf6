import { z } from 'zod'
import { answerSchema, poolPolicyPatchSchema, poolStatusSchema } from '../domain/pool.ts'
import { promptSchema } from '../domain/task.ts'
import { call } from './base.ts'
import { workSchema } from './work.ts'

/** The instances together: how work finds one, and what is done by itself. */
export const pool = {
  status: call.route({ method: 'GET', path: '/pool', summary: 'Policy, load and what the pool did by itself' }).output(poolStatusSchema),
  update: call
    .route({ method: 'PATCH', path: '/pool', summary: 'Change the policy; it takes effect immediately' })
    .input(poolPolicyPatchSchema)
    .output(poolStatusSchema),
  /** The pool picks the instance. The same `source` and `target` go on in the conversation they have. */
  ask: call
    .route({ method: 'POST', path: '/ask', summary: 'Ask without choosing an instance; answers when the turn has ended' })
    .input(
      workSchema.extend({
        ...promptSchema.shape,
        /** Given up after so long: what has not begun is withdrawn, a running turn is interrupted and keeps what was said. */
        timeoutSeconds: z.int().min(1).max(86_400).optional(),
      }),
    )
    .output(answerSchema),
}
