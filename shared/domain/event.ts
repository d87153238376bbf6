import { z } from 'zod'
import { accountSchema } from './account.ts'
import { approvalOutcomeSchema, approvalSchema, decisionSchema } from './approval.ts'
import { idSchema, timeSchema } from './common.ts'
import { conversationSchema } from './conversation.ts'
import { draftChangeSchema } from './draft.ts'
import { healthSchema } from './health.ts'
import { instanceSchema } from './instance.ts'
import { messageSchema, toolCallSchema } from './message.ts'
import { pinSchema } from './pin.ts'
import { poolStatusSchema } from './pool.ts'
import { runSummarySchema } from './run.ts'
import { shownRuleSchema } from './rule.ts'
import { settingsSchema } from './settings.ts'
import { shellRunSchema } from './shell-run.ts'
import { queueStatusSchema, taskSchema } from './task.ts'
import { topicNameSchema, topicSchema, workerSchema } from './topic.ts'
import { turnSchema } from './turn.ts'
import { triggerSchema } from './trigger.ts'
import { vaultStatusSchema } from './vault.ts'

const seq = z.int().nonnegative()

/** A line for the user about something that went wrong or was mended. */
export const noticeSchema = z.object({
  level: z.enum(['info', 'warning', 'error']),
  code: z.string(),
  message: z.string(),
  instanceId: idSchema.nullable(),
  conversationId: idSchema.nullable(),
  at: timeSchema,
})
export type Notice = z.infer<typeof noticeSchema>

/** Text that has streamed in and is not in a stored message yet. */
export const provisionalSchema = z.object({
  turnId: idSchema,
  /** Claude's id of the message it will be part of. */
  providerId: z.string(),
  parentToolUseId: z.string().optional(),
  kind: z.enum(['text', 'thinking']),
  /** The block's place in its message. */
  index: z.int().nonnegative(),
  text: z.string(),
})
export type Provisional = z.infer<typeof provisionalSchema>

/**
 * What happens in one conversation. `seq` ascends; a stream that is resumed with the last one seen
 * goes on without a gap or a repeat. Where that is no longer possible (the app was restarted, or too
 * much has passed) it begins with `sync`, as does a stream without a position: the reader then
 * fetches the messages it does not have and goes on.
 */
export const conversationEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('sync'),
    seq,
    conversation: conversationSchema,
    /** The running turn with what it has streamed so far, or null. */
    turn: turnSchema.nullable(),
    provisional: z.array(provisionalSchema),
    tools: z.array(toolCallSchema),
    approvals: z.array(approvalSchema),
    tasks: z.array(taskSchema),
    /** The newest stored message's `seq`, or -1. */
    messageSeq: z.int(),
  }),
  z.object({
    type: z.literal('delta'),
    seq,
    turnId: idSchema,
    text: z.string(),
    kind: z.enum(['text', 'thinking']),
    providerId: z.string(),
    index: z.int().nonnegative(),
    parentToolUseId: z.string().optional(),
  }),
  /** The stream of a message began anew (the request was repeated): drop its provisional text. */
  z.object({ type: z.literal('discard'), seq, turnId: idSchema, providerId: z.string() }),
  z.object({ type: z.literal('message'), seq, message: messageSchema }),
  /** An edit-and-resend took the place of these messages. */
  z.object({ type: z.literal('superseded'), seq, fromSeq: z.int(), toSeq: z.int() }),
  /** Messages that had left the thread are in it again: fetch these. */
  z.object({ type: z.literal('reinstated'), seq, fromSeq: z.int(), toSeq: z.int() }),
  z.object({ type: z.literal('tool'), seq, tool: toolCallSchema }),
  z.object({
    type: z.literal('approval'),
    seq,
    approval: approvalSchema,
    outcome: approvalOutcomeSchema,
    /** What was answered; absent while it waits. */
    decision: decisionSchema.optional(),
  }),
  z.object({ type: z.literal('turn'), seq, turn: turnSchema }),
  z.object({ type: z.literal('tasks'), seq, tasks: z.array(taskSchema) }),
  z.object({ type: z.literal('conversation'), seq, conversation: conversationSchema }),
  z.object({ type: z.literal('notice'), seq, notice: noticeSchema }),
])
export type ConversationEvent = z.infer<typeof conversationEventSchema>

/** Everything that changes in the pool. Resumes like a conversation's events; after `sync` fetch the lists again. */
export const poolEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('sync'), seq }),
  z.object({ type: z.literal('instance'), seq, instance: instanceSchema }),
  z.object({ type: z.literal('instance-removed'), seq, id: idSchema }),
  z.object({ type: z.literal('conversation'), seq, conversation: conversationSchema }),
  z.object({ type: z.literal('conversation-removed'), seq, id: idSchema }),
  z.object({ type: z.literal('approval'), seq, approval: approvalSchema, outcome: approvalOutcomeSchema }),
  z.object({ type: z.literal('settings'), seq, settings: settingsSchema }),
  z.object({ type: z.literal('rule'), seq, rule: shownRuleSchema }),
  z.object({ type: z.literal('rule-removed'), seq, id: idSchema }),
  z.object({ type: z.literal('pool'), seq, pool: poolStatusSchema }),
  /** Work of the queue has changed; of a batch that was just handed in only the queue is told. */
  z.object({ type: z.literal('task'), seq, task: taskSchema }),
  z.object({ type: z.literal('queue'), seq, queue: queueStatusSchema }),
  z.object({ type: z.literal('health'), seq, health: healthSchema }),
  /** What is known of the accounts that instances work for, and of their limits. */
  z.object({ type: z.literal('accounts'), seq, accounts: z.array(accountSchema) }),
  z.object({ type: z.literal('draft'), seq, ...draftChangeSchema.shape }),
  /** Saved prompts have changed: read them again. */
  z.object({ type: z.literal('prompts'), seq }),
  /** Recipes have changed, also by hand: read them again. */
  z.object({ type: z.literal('recipes'), seq }),
  /** All that is pinned, when that has changed. */
  z.object({ type: z.literal('pins'), seq, pins: z.array(pinSchema) }),
  /** Saved MCP servers, profiles or secrets have changed: read them again. */
  z.object({ type: z.literal('setup'), seq }),
  /** The commands of the user's that run in a conversation. */
  z.object({ type: z.literal('shell'), seq, conversationId: idSchema, runs: z.array(shellRunSchema) }),
  /** Files of its folder may be others than before: a turn ended, or something was rewound or taken back. */
  z.object({ type: z.literal('changes'), seq, conversationId: idSchema }),
  z.object({ type: z.literal('notice'), seq, notice: noticeSchema }),
  /** The library's list has changed: windows of an older revision are to be read again. */
  z.object({ type: z.literal('library'), seq, revision: z.int() }),
  z.object({ type: z.literal('vault'), seq, vault: vaultStatusSchema }),
  /** What is remembered of an instance's commands and sub-agents has changed: see `GET /instances/{id}/commands?known=true`. */
  z.object({ type: z.literal('commands'), seq, instanceId: idSchema }),
  /** A run was begun, or something of it has changed; many changes soon after each other are told as the last of them. */
  z.object({ type: z.literal('run'), seq, run: runSummarySchema }),
  z.object({ type: z.literal('run-removed'), seq, id: idSchema }),
  /** A trigger, or what is shown of it, has changed. */
  z.object({ type: z.literal('trigger'), seq, trigger: triggerSchema }),
  z.object({ type: z.literal('trigger-removed'), seq, id: idSchema }),
  z.object({ type: z.literal('topic'), seq, topic: topicSchema }),
  z.object({ type: z.literal('topic-removed'), seq, name: topicNameSchema }),
  z.object({ type: z.literal('worker'), seq, worker: workerSchema }),
  z.object({ type: z.literal('worker-removed'), seq, id: idSchema }),
])
export type PoolEvent = z.infer<typeof poolEventSchema>
