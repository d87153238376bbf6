import { z } from 'zod'
import { errorInfoSchema } from '../../../shared/app-error.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { topicConfigSchema, topicMessageSchema, topicMessageStateSchema, topicNameSchema } from '../../../shared/domain/topic.ts'

export const storedTopicSchema = topicConfigSchema.extend({ createdAt: timeSchema })
export type StoredTopic = z.infer<typeof storedTopicSchema>

/** A message as it was put into the topic; it never changes. */
export const messageLineSchema = z.object({
  type: z.literal('message'),
  seq: z.int().positive(),
  id: idSchema,
  text: z.string(),
  data: topicMessageSchema.shape.data,
  key: z.string().nullable(),
  from: topicMessageSchema.shape.from,
  at: timeSchema,
})
export type MessageLine = z.infer<typeof messageLineSchema>

/** All that is known of what became of a message: the last line of a message says it whole. */
export const stateLineSchema = z.object({
  type: z.literal('state'),
  seq: z.int().positive(),
  at: timeSchema,
  state: topicMessageStateSchema,
  /** How many tasks of it have ended: the ids of the next one are made from it. */
  round: z.int().nonnegative(),
  attempts: z.int().nonnegative(),
  workerId: idSchema.nullable(),
  taskId: idSchema.nullable(),
  /** The turns of the task that it was taken for. */
  turns: z.array(idSchema),
  conversationId: idSchema.nullable(),
  instanceId: idSchema.nullable(),
  /** Where the answer goes, as it was when the message was taken. */
  output: topicNameSchema.nullable(),
  answer: z.string().nullable(),
  mayBeRepeated: z.boolean(),
  costUsd: z.number(),
  error: errorInfoSchema.nullable(),
  nextAttemptAt: timeSchema.nullable(),
})
export type StateLine = z.infer<typeof stateLineSchema>
/** What is held of that in memory. */
export type MessageState = Omit<StateLine, 'type' | 'seq' | 'at' | 'answer'>

export const tallySchema = z.object({ done: z.int(), failed: z.int(), costUsd: z.number() })
export type Tally = z.infer<typeof tallySchema>

/** One line of `topics/<name>.jsonl`. */
export const topicEntrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('topic'), topic: storedTopicSchema, nextSeq: z.int().positive() }),
  messageLineSchema,
  stateLineSchema,
  /** These messages are there no more. */
  z.object({ type: z.literal('gone'), seqs: z.array(z.int()) }),
  /** What workers have done until here, whatever the lines before say. */
  z.object({ type: z.literal('tally'), workers: z.record(z.string(), tallySchema) }),
])
export type TopicEntry = z.infer<typeof topicEntrySchema>

export const newState: MessageState = {
  state: 'waiting',
  round: 0,
  attempts: 0,
  workerId: null,
  taskId: null,
  turns: [],
  conversationId: null,
  instanceId: null,
  output: null,
  mayBeRepeated: false,
  costUsd: 0,
  error: null,
  nextAttemptAt: null,
}

export function stateOf(line: StateLine): MessageState {
  const { state, round, attempts, workerId, taskId, turns, conversationId, instanceId, output, mayBeRepeated, costUsd, error } = line
  const { nextAttemptAt } = line
  return {
    state,
    round,
    attempts,
    workerId,
    taskId,
    turns,
    conversationId,
    instanceId,
    output,
    mayBeRepeated,
    costUsd,
    error,
    nextAttemptAt,
  }
}
