import { z } from 'zod'
import { idSchema, pageOf } from '../domain/common.ts'
import {
  topicConfigSchema,
  topicMessageSchema,
  topicNameSchema,
  topicPageSchema,
  topicPatchSchema,
  topicPostSchema,
  topicSchema,
  workerConfigSchema,
  workerPatchSchema,
  workerSchema,
} from '../domain/topic.ts'
import { call } from './base.ts'

const byName = z.object({ name: topicNameSchema })
const oneMessage = byName.extend({ id: idSchema })
const oneWorker = z.object({ id: idSchema })

/** Named lines of messages. Each message is worked on once, by whichever worker takes it first. */
export const topics = {
  list: call
    .route({ method: 'GET', path: '/topics', summary: 'List topics with their lengths and rates' })
    .output(z.object({ items: z.array(topicSchema), nextCursor: z.null() })),
  create: call
    .route({ method: 'POST', path: '/topics', summary: 'Create a topic', successStatus: 201 })
    .input(topicConfigSchema)
    .output(topicSchema),
  get: call.route({ method: 'GET', path: '/topics/{name}', summary: 'Read a topic' }).input(byName).output(topicSchema),
  update: call
    .route({ method: 'PATCH', path: '/topics/{name}', summary: 'Change a topic’s description and limits' })
    .input(byName.extend(topicPatchSchema.shape))
    .output(topicSchema),
  remove: call
    .route({ method: 'DELETE', path: '/topics/{name}', summary: 'Remove a topic that no worker uses' })
    .input(
      byName.extend({
        force: z.boolean().default(false).describe('True: also where messages wait or are dead. They are gone then; else it is refused.'),
      }),
    )
    .output(z.object({ removed: z.literal(true) })),
  /** It is on the disk when this answers. Refused with LIMIT_REACHED, and the time after which to try again, when the topic is full. */
  post: call
    .route({ method: 'POST', path: '/topics/{name}/messages', summary: 'Put a message into a topic', successStatus: 201 })
    .input(byName.extend(topicPostSchema.shape))
    .output(topicMessageSchema),
  messages: call
    .route({ method: 'GET', path: '/topics/{name}/messages', summary: 'List messages of a topic, the oldest or the newest first' })
    .input(byName.extend(topicPageSchema.shape))
    .output(pageOf(topicMessageSchema)),
  message: call
    .route({ method: 'GET', path: '/topics/{name}/messages/{id}', summary: 'Read a message, and its answer when there is one' })
    .input(oneMessage)
    .output(topicMessageSchema),
  requeue: call
    .route({ method: 'POST', path: '/topics/{name}/messages/{id}/requeue', summary: 'Have a dead message worked on again' })
    .input(oneMessage)
    .output(topicMessageSchema),
  requeueAll: call
    .route({ method: 'POST', path: '/topics/{name}/requeue', summary: 'Have all dead messages worked on again' })
    .input(byName)
    .output(z.object({ requeued: z.int() })),
  clear: call
    .route({ method: 'POST', path: '/topics/{name}/clear', summary: 'Remove all dead messages' })
    .input(byName)
    .output(z.object({ cleared: z.int() })),
}

/** Instances that take from a topic, one message after the other, and may answer into another. */
export const workers = {
  list: call
    .route({ method: 'GET', path: '/workers', summary: 'List workers, and what holds them up' })
    .output(z.object({ items: z.array(workerSchema), nextCursor: z.null() })),
  create: call
    .route({ method: 'POST', path: '/workers', summary: 'Have an instance take from a topic', successStatus: 201 })
    .input(workerConfigSchema)
    .output(workerSchema),
  update: call
    .route({ method: 'PATCH', path: '/workers/{id}', summary: 'Change, pause or resume a worker; null takes a field away' })
    .input(oneWorker.extend(workerPatchSchema.shape))
    .output(workerSchema),
  remove: call
    .route({ method: 'DELETE', path: '/workers/{id}', summary: 'Remove a worker; the turn it has begun goes on to its end' })
    .input(oneWorker)
    .output(z.object({ removed: z.literal(true) })),
}
