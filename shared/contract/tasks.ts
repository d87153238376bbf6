import { z } from 'zod'
import { idSchema, pageOf } from '../domain/common.ts'
import { promptSchema, taskSchema } from '../domain/task.ts'
import { call } from './base.ts'

const byId = z.object({ id: idSchema })

/** Messages that wait for their instance. */
export const tasks = {
  list: call
    .route({ method: 'GET', path: '/tasks', summary: 'List what waits or runs' })
    .input(z.object({ conversationId: idSchema.optional(), instanceId: idSchema.optional() }))
    .output(pageOf(taskSchema)),
  get: call.route({ method: 'GET', path: '/tasks/{id}', summary: 'Read a task with its prompt' }).input(byId).output(taskSchema),
  update: call
    .route({ method: 'PATCH', path: '/tasks/{id}', summary: 'Change the text or the priority of a waiting message' })
    .input(byId.extend({ text: promptSchema.shape.text.optional(), priority: z.int().min(0).max(9).optional() }))
    .output(taskSchema),
  /** Withdraws a waiting message; a running one is interrupted. */
  cancel: call
    .route({ method: 'DELETE', path: '/tasks/{id}', summary: 'Withdraw a waiting message or interrupt a running one' })
    .input(byId)
    .output(z.object({ cancelled: z.literal(true) })),
}
