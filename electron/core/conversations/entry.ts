import { z } from 'zod'
import { approvalOutcomeSchema, approvalSchema, decisionSchema } from '../../../shared/domain/approval.ts'
import { withParts } from '../../../shared/domain/asked-call.ts'
import { attachmentSchema } from '../../../shared/domain/attachment.ts'
import { backgroundTaskSchema } from '../../../shared/domain/background.ts'
import { effortSchema } from '../../../shared/domain/claude-info.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import { permissionModeSchema } from '../../../shared/domain/instance.ts'
import { imageSchema, messageSchema, toolCallSchema } from '../../../shared/domain/message.ts'
import { turnSchema } from '../../../shared/domain/turn.ts'
import { workOriginSchema } from '../../../shared/domain/work-origin.ts'
import { parseJson } from '../storage/parse-json.ts'

/**
 * The format of a conversation's file: JSON Lines, a header first, then what happened, in order. `seq` ascends through
 * the file and `at` says when. A reader skips entries of a type it does not know.
 */
const entry = { seq: z.int().nonnegative(), at: timeSchema }

/** The first line: what a conversation was made with. */
const headerEntry = z.object({
  type: z.literal('conversation'),
  version: z.literal(1),
  id: idSchema,
  ...entry,
  title: z.string(),
  titleIsAutomatic: z.boolean(),
  instanceId: idSchema.nullable(),
  source: z.string().nullable(),
  target: z.string().nullable(),
  cwd: z.string().nullable(),
  forkedFrom: z.object({ conversationId: idSchema, messageId: idSchema.nullable() }).optional(),
  origin: workOriginSchema.optional(),
})

/** A prompt that waits until it is sent: it then becomes a message of the same turn. */
export const waitingTaskSchema = z.object({
  taskId: idSchema,
  turnId: idSchema,
  text: z.string(),
  images: z.array(imageSchema),
  attachments: z.array(attachmentSchema).optional(),
  priority: z.int().min(0).max(9),
  createdAt: timeSchema,
  /** Among those of the same priority the lower goes first. */
  rank: z.number().optional(),
  /** Its id in Claude Code's transcript, where it may have been handed over to go into a running turn. */
  claudeUuid: z.string().optional(),
  /** It takes answers to Claude; its text says so to the user alone. */
  answers: z.literal(true).optional(),
  /** It goes on after this turn when a usage limit is over, at that time. */
  goesOn: z.object({ turnId: idSchema, at: timeSchema }).optional(),
})

/** One line of a conversation's file. */
export const entrySchema = z.discriminatedUnion('type', [
  headerEntry,
  /** Something was said. The message's own `seq` and `createdAt` are those of the entry. */
  z.object({ type: z.literal('message'), ...entry, message: messageSchema.omit({ seq: true, createdAt: true, superseded: true }) }),
  /** A turn has ended; the last entry of a turn counts. */
  z.object({ type: z.literal('turn'), ...entry, turn: turnSchema }),
  /** A tool call has changed its state. */
  z.object({ type: z.literal('tool'), ...entry, tool: toolCallSchema }),
  /** A permission was asked for, and later what was answered. */
  z.object({
    type: z.literal('approval'),
    ...entry,
    approval: approvalSchema.omit({ ruleProposals: true }).transform(withParts),
    outcome: approvalOutcomeSchema,
    decision: decisionSchema.optional(),
  }),
  /** A prompt waits, was changed, or waits no longer. */
  z.object({ type: z.literal('task'), ...entry, task: waitingTaskSchema }),
  z.object({
    type: z.literal('task-edit'),
    ...entry,
    taskId: idSchema,
    text: z.string().optional(),
    priority: z.int().min(0).max(9).optional(),
    rank: z.number().optional(),
    claudeUuid: z.string().optional(),
  }),
  z.object({ type: z.literal('task-drop'), ...entry, taskId: idSchema, reason: z.enum(['sent', 'withdrawn']) }),
  z.object({ type: z.literal('title'), ...entry, title: z.string(), automatic: z.boolean() }),
  z.object({ type: z.literal('tags'), ...entry, tags: z.array(z.string()) }),
  /** Claude Code's session that holds the context from here on, and the folder it is found from. */
  z.object({
    type: z.literal('session'),
    ...entry,
    sessionId: z.string(),
    cwd: z.string(),
    /** The session is the parent's: the next turn goes on after this entry of it, in a session of its own. */
    forkAt: z.string().optional(),
  }),
  /** The permission mode that Claude was left in; null: its instance's own. */
  z.object({ type: z.literal('mode'), ...entry, permissionMode: permissionModeSchema.nullable() }),
  /** The model that was chosen in it; null: its instance's own. */
  z.object({ type: z.literal('model'), ...entry, model: z.string().nullable() }),
  /** The effort and the fast mode that were chosen in it; null: none is. */
  z.object({ type: z.literal('effort'), ...entry, effort: effortSchema.nullable() }),
  z.object({ type: z.literal('fast-mode'), ...entry, fastMode: z.boolean().nullable() }),
  /** Whether it goes on by itself after a usage limit; null: as the settings say. */
  z.object({ type: z.literal('after-limit'), ...entry, goOn: z.boolean().nullable() }),
  z.object({ type: z.literal('instance'), ...entry, instanceId: idSchema.nullable() }),
  /** Messages from one `seq` to another were replaced by an edited prompt, or left the thread by a rewind; they stay readable. */
  z.object({
    type: z.literal('supersede'),
    ...entry,
    fromSeq: z.int(),
    toSeq: z.int(),
    /** Of a rewind: the next turn goes on after this entry of Claude Code's transcript; null: in a session with nothing in it. */
    rewoundTo: z.string().nullable().optional(),
  }),
  /** A rewind was undone: the last `supersede` of just this range counts no more. */
  z.object({ type: z.literal('reinstate'), ...entry, fromSeq: z.int(), toSeq: z.int() }),
  /** A message was given a name, to start others from; null takes it away. */
  z.object({ type: z.literal('checkpoint'), ...entry, messageId: idSchema, name: z.string().nullable() }),
  /** What runs in its background from here on, and what Claude is told along with the next message. */
  z.object({ type: z.literal('background'), ...entry, tasks: z.array(backgroundTaskSchema), note: z.string().nullable() }),
  z.object({ type: z.literal('archive'), ...entry, archived: z.boolean() }),
])
export type Entry = z.infer<typeof entrySchema>
export type WaitingTask = z.infer<typeof waitingTaskSchema>

/** The entry of a line; `damaged` when it is none, `unknown` when it is of a type of a later version. */
export function parseEntry(text: string | null): Entry | 'damaged' | 'unknown' {
  const value = parseJson(text)
  const parsed = entrySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const type = z.object({ type: z.string() }).safeParse(value).data?.type
  return type === undefined || entryTypes.has(type) ? 'damaged' : 'unknown'
}

const entryTypes: ReadonlySet<string> = new Set(entrySchema.options.flatMap((option) => [...option.shape.type.values]))
