import { z } from 'zod'
import { idSchema } from '../domain/common.ts'
import { tagSchema } from '../domain/conversation.ts'
import { answerSchema, choiceSchema, poolPolicyPatchSchema, poolStatusSchema } from '../domain/pool.ts'
import { promptSchema, taskSchema } from '../domain/task.ts'
import { call } from './base.ts'

const workSchema = z.object({
  ...promptSchema.shape,
  source: z.string().max(200).optional(),
  target: z.string().max(200).optional(),
  instanceId: idSchema.optional(),
  conversationId: idSchema.optional(),
  tags: z.array(tagSchema).max(50).optional(),
  priority: z.int().min(0).max(9).default(5),
})

/** The instances together: how work finds one, and what is done by itself. */
export const pool = {
  status: call.route({ method: 'GET', path: '/pool', summary: 'Policy, load and what the pool did by itself' }).output(poolStatusSchema),
  update: call
    .route({ method: 'PATCH', path: '/pool', summary: 'Change the policy; it acts at once' })
    .input(poolPolicyPatchSchema)
    .output(poolStatusSchema),
  /** The pool picks the instance. The same `source` and `target` go on in the conversation they have. */
  ask: call
    .route({ method: 'POST', path: '/ask', summary: 'Ask without choosing an instance; answers when the turn has ended' })
    .input(
      workSchema.extend({
        /** The turn is interrupted after so long. */
        timeoutSeconds: z.int().min(1).max(86_400).optional(),
      }),
    )
    .output(answerSchema),
  /** The same without waiting for the answer: it is on the disk when this answers, and waits its turn. */
  submit: call
    .route({ method: 'POST', path: '/tasks', summary: 'Hand in work without choosing an instance; answers at once', successStatus: 201 })
    .input(workSchema)
    .output(z.object({ task: taskSchema, choice: choiceSchema })),
}
