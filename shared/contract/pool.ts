import { z } from 'zod'
import { idSchema, instanceIdSchema, pageOf, timeSchema } from '../domain/common.ts'
import { answerSchema, poolPolicyPatchSchema, poolStatusSchema } from '../domain/pool.ts'
import { promptSchema } from '../domain/task.ts'
import { call } from './base.ts'
import { newInstanceSchema } from '../domain/recipe.ts'
import { labelsSchema, workSchema } from './work.ts'

const secondsSchema = z.int().min(1).max(86_400)
const byLease = z.object({ id: idSchema })
const leasedSchema = z.object({ leaseId: idSchema, instanceId: idSchema, by: z.string().nullable(), until: timeSchema })

/** The instances together: how work finds one, and what is done by itself. */
export const pool = {
  status: call.route({ method: 'GET', path: '/pool', summary: 'Policy, load and what the pool did by itself' }).output(poolStatusSchema),
  update: call
    .route({ method: 'PATCH', path: '/pool', summary: 'Change the policy; it takes effect immediately' })
    .input(poolPolicyPatchSchema)
    .output(poolStatusSchema),
  /** It ends by itself at its time, also after a restart. */
  lease: call
    .route({ method: 'POST', path: '/pool/lease', summary: 'Have an idle instance for several calls', successStatus: 201 })
    .input(
      z.object({
        instanceId: instanceIdSchema.optional(),
        labels: labelsSchema.optional(),
        new: newInstanceSchema.optional().describe('One that is made like this, or was.'),
        seconds: secondsSchema,
        waitSeconds: z
          .number()
          .min(0)
          .max(3_600)
          .default(0)
          .describe('How long to wait for one that is free; its `seconds` count from then.'),
        by: z.string().trim().min(1).max(60).optional().describe('Who has it then, as the screen says.'),
      }),
    )
    .output(leasedSchema),
  leases: call.route({ method: 'GET', path: '/pool/lease', summary: 'Which instances are leased' }).output(pageOf(leasedSchema)),
  renewLease: call
    .route({ method: 'PATCH', path: '/pool/lease/{id}', summary: 'Have it last so long from now on' })
    .input(byLease.extend({ seconds: secondsSchema }))
    .output(leasedSchema),
  giveBack: call
    .route({ method: 'DELETE', path: '/pool/lease/{id}', summary: 'Give a leased instance back' })
    .input(byLease)
    .output(z.object({ givenBack: z.literal(true) })),
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
