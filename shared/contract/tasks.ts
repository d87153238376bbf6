import { z } from 'zod'
import { idSchema, instanceIdSchema, pageOf } from '../domain/common.ts'
import {
  batchItemSchema,
  batchSchema,
  openTasksSchema,
  promptSchema,
  queueStatusSchema,
  sendWhenSchema,
  taskSchema,
} from '../domain/task.ts'
import { turnSchema } from '../domain/turn.ts'
import { call } from './base.ts'
import { queuedWorkSchema } from './work.ts'

const byId = z.object({ id: idSchema })

const cursorSchema = z.string().regex(/^\d{1,15}$/, 'A cursor is what an earlier page answered as nextCursor.')

const batchInput = queuedWorkSchema.extend({ texts: z.array(promptSchema.shape.text).min(1).max(10_000) })

/** Work that waits for an instance: messages to a busy one, and what was handed to the pool. */
export const tasks = {
  list: call
    .route({ method: 'GET', path: '/tasks', summary: 'List waiting and running tasks, in the order they will run' })
    .input(
      z.object({
        conversationId: idSchema.optional(),
        instanceId: instanceIdSchema.optional(),
        batchId: idSchema.optional(),
        /** `ended`: what the queue has finished, the newest first, at most 1,000. */
        state: z.enum(['open', 'ended', 'all']).default('open'),
        cursor: cursorSchema.optional(),
        limit: z.int().min(1).max(1_000).default(500),
      }),
    )
    .output(
      pageOf(taskSchema).extend({
        /** Of all that fits, whichever state was asked for and on whichever page: how much waits and how much runs. */
        open: openTasksSchema,
      }),
    ),
  /** It is on the disk when this answers. The pool gives it to an instance as soon as one is free. */
  create: call
    .route({ method: 'POST', path: '/tasks', summary: 'Add a task to the queue without choosing an instance', successStatus: 201 })
    .input(queuedWorkSchema.extend(promptSchema.shape))
    .output(taskSchema),
  createBatch: call
    .route({ method: 'POST', path: '/batches', summary: 'Add many prompts to the queue: all of them, or none', successStatus: 201 })
    .input(batchInput)
    .output(batchSchema),
  /** The same at its former address. */
  createBatchOfTasks: call
    .route({ method: 'POST', path: '/tasks/batch', summary: 'The same as POST /batches', successStatus: 201, deprecated: true })
    .input(batchInput)
    .output(batchSchema),
  /** With its turn, and so its answer, once it has begun one that has ended. */
  get: call
    .route({ method: 'GET', path: '/tasks/{id}', summary: 'Read a task, and its answer when there is one' })
    .input(byId)
    .output(taskSchema.extend({ turn: turnSchema.nullable() })),
  update: call
    .route({ method: 'PATCH', path: '/tasks/{id}', summary: 'Change, reorder or give to another instance what waits' })
    .input(
      byId.extend({
        text: promptSchema.shape.text.optional(),
        priority: z.int().min(0).max(9).optional(),
        /** Directly before this one that waits, in the same queue; null: behind all. */
        before: idSchema.nullable().optional(),
        /** The only instance that may take it; null: any. */
        instanceId: instanceIdSchema.nullable().optional(),
        /** For a message: `now` sends it into the running turn, `interrupt` ends that turn for it, `after` has it wait for the end. */
        when: sendWhenSchema.optional(),
      }),
    )
    .output(taskSchema),
  /** Ended work begins anew: as another turn in the place of the first. */
  retry: call
    .route({ method: 'POST', path: '/tasks/{id}/retry', summary: 'Try a failed or cancelled task of the queue again' })
    .input(byId)
    .output(taskSchema),
  /** Withdraws a waiting task; a running one is interrupted. */
  cancel: call
    .route({ method: 'DELETE', path: '/tasks/{id}', summary: 'Cancel a queued task or interrupt a running one' })
    .input(byId)
    .output(z.object({ cancelled: z.literal(true) })),
  queue: call.route({ method: 'GET', path: '/queue', summary: 'Length of the queue, and what holds it up' }).output(queueStatusSchema),
  batches: call.route({ method: 'GET', path: '/batches', summary: 'Progress of each batch, newest first' }).output(pageOf(batchSchema)),
  /** With `nextCursor` the next page of its tasks follows. */
  getBatch: call
    .route({
      method: 'GET',
      path: '/batches/{id}',
      summary: 'Read a batch and its tasks with their answers, in the order they were added',
    })
    .input(byId.extend({ cursor: cursorSchema.optional(), limit: z.int().min(1).max(1_000).default(100) }))
    .output(batchSchema.extend(pageOf(batchItemSchema).shape)),
  cancelBatch: call
    .route({ method: 'DELETE', path: '/batches/{id}', summary: 'Cancel the tasks of a batch that have not started' })
    .input(byId)
    .output(z.object({ cancelled: z.int() })),
  retryBatch: call
    .route({ method: 'POST', path: '/batches/{id}/retry', summary: 'Try the failed tasks of a batch again' })
    .input(byId)
    .output(z.object({ retried: z.int() })),
  /** Where a usage limit holds the queue: try now instead of waiting for its end. */
  tryNow: call
    .route({ method: 'POST', path: '/tasks/try-now', summary: 'Do not wait any longer for the end of a usage limit' })
    .output(z.object({ limitedUntil: z.null() })),
}
