import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { attachmentsSchema } from './attachment.ts'
import { idSchema, timeSchema } from './common.ts'
import { imageSchema } from './message.ts'
import { choiceSchema } from './pool.ts'
import { outcomeSchema } from './turn.ts'
import { workOriginSchema } from './work-origin.ts'

/** Where a task is in its life. `failed` says why in `error`; only the first two are open. */
export const taskStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled'])
export type TaskState = z.infer<typeof taskStateSchema>

/**
 * When a message is sent while a turn of its conversation runs. `after`: as a turn of its own when that has ended; `now`: into that turn,
 * at its next step; `interrupt`: as a turn of its own, before all others, and the running turn is ended. Without a running turn all are the same.
 */
export const sendWhenSchema = z.enum(['after', 'now', 'interrupt'])
export type SendWhen = z.infer<typeof sendWhenSchema>

/** A turn that waits for an instance. */
export const taskSchema = z.object({
  id: idSchema,
  /** The turn it is, or will be; a repeated attempt is another turn. */
  turnId: idSchema,
  /** Null for work of the queue that no instance has taken yet. */
  conversationId: idSchema.nullable(),
  /** Who works on it, or the only one that may. */
  instanceId: idSchema.nullable(),
  text: z.string(),
  imageCount: z.number(),
  /** Files and outputs of commands that go with it, by name. */
  attachmentNames: z.array(z.string()).optional(),
  /** 0 to 9; higher goes first. */
  priority: z.int().min(0).max(9),
  /** It goes into the running turn: Claude reads it at its next step, or has read it. */
  steers: z.boolean().optional(),
  /** It goes on with a turn that met a usage limit, when that is over. */
  goesOnAt: timeSchema.optional(),
  state: taskStateSchema,
  /** Why it waits, for the user to read; null when it does not. */
  waitingFor: z.string().nullable(),
  createdAt: timeSchema,
  /** `message`: sent into a conversation; `queue`: handed to the pool, which finds an instance for it. */
  kind: z.enum(['message', 'queue']),
  batchId: idSchema.nullable(),
  /** Not begun, or not ended, by then: it is given up. */
  deadline: timeSchema.nullable(),
  /** Turns it has taken so far. */
  attempts: z.int().nonnegative(),
  /** How often it is tried again after a failure that may pass. */
  retries: z.int().nonnegative(),
  /** Not before this time is it tried again; null when nothing holds it. */
  nextAttemptAt: timeSchema.nullable(),
  /** Why the last attempt, or the task, did not end well. */
  error: errorInfoSchema.nullable(),
  /** Which instance was chosen, and why; null before. */
  choice: choiceSchema.nullable(),
  endedAt: timeSchema.nullable(),
  /** Who asked for it hung up before the end: nobody waits for the answer. */
  callerGone: z.boolean().optional(),
  /** Only instances that have all of these may take it. */
  labels: z.array(z.string()).optional(),
  /** It has a process of its own. */
  fresh: z.boolean().optional(),
  /** The step of a run, or the message of a topic, that it is. */
  origin: workOriginSchema.optional(),
})
export type Task = z.infer<typeof taskSchema>

export const promptSchema = z.object({
  text: z.string().max(1_000_000, 'A message has at most a million characters.'),
  images: z.array(imageSchema).max(20).optional(),
  /** PDFs and texts as documents, and outputs of commands. */
  attachments: attachmentsSchema.optional(),
})
export type Prompt = z.infer<typeof promptSchema>

/** A message that was dropped before it was sent, whole, so that nothing of it is lost. */
export const droppedMessageSchema = z.object({ taskId: idSchema, ...promptSchema.shape })
export type DroppedMessage = z.infer<typeof droppedMessageSchema>

/** Tasks that were handed in together. */
export const batchSchema = z.object({
  id: idSchema,
  /** Its first prompt, shortened. */
  title: z.string(),
  createdAt: timeSchema,
  total: z.int(),
  waiting: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  cancelled: z.int(),
})
export type Batch = z.infer<typeof batchSchema>

/** One task of a batch, with its answer once it has one. */
export const batchItemSchema = z.object({
  taskId: idSchema,
  state: taskStateSchema,
  turnId: idSchema,
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  /** How its turn ended; null before, and where it never began. */
  outcome: outcomeSchema.nullable(),
  /** Claude's last text in its turn. */
  text: z.string().nullable(),
  error: errorInfoSchema.nullable(),
})
export type BatchItem = z.infer<typeof batchItemSchema>
export type BatchItems = { items: BatchItem[]; nextCursor: string | null }

/** What is to be done, whether it was sent into a conversation or handed to the pool. */
export const openTasksSchema = z.object({ waiting: z.int(), running: z.int() })
export type OpenTasks = z.infer<typeof openTasksSchema>

/** The queue of the pool as a whole; messages that were sent into a conversation are not part of it. */
export const queueStatusSchema = z.object({
  waiting: z.int(),
  running: z.int(),
  /** More than this is refused, with the time after which to try again. */
  limit: z.int(),
  /** Why nothing begins although instances are free; null when nothing holds the queue. */
  heldBy: z.string().nullable(),
  /** Until when Claude's usage limit lasts; null when none is known. */
  limitedUntil: timeSchema.nullable(),
  /** The newest first, at most 50. */
  batches: z.array(batchSchema),
})
export type QueueStatus = z.infer<typeof queueStatusSchema>
