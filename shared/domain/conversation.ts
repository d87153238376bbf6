import { z } from 'zod'
import { backgroundTaskSchema } from './background.ts'
import { effortSchema } from './claude-info.ts'
import { idSchema, timeSchema } from './common.ts'
import { permissionModeSchema } from './instance.ts'
import { todoSchema } from './todo.ts'
import { turnSchema, usageSchema } from './turn.ts'
import { workOriginSchema } from './work-origin.ts'

export const titleSchema = z.string().trim().min(1, 'A title needs at least one character.').max(200, 'A title has at most 200 characters.')
export const tagSchema = z.string().trim().min(1).max(50)

/** Who asks, and whom: work of the same pair goes on in the same conversation. Callers choose the words. */
export const partySchema = z.string().max(200, 'A source or target has at most 200 characters.')

export const checkpointSchema = z.object({ messageId: idSchema, name: z.string().trim().min(1).max(100), createdAt: timeSchema })
export type Checkpoint = z.infer<typeof checkpointSchema>

/** A titled thread of messages in one file of ours; outlives processes and sessions. */
export const conversationSchema = z.object({
  id: idSchema,
  title: z.string(),
  /** True until the user names it: the first prompt gives the first title. */
  titleIsAutomatic: z.boolean(),
  state: z.enum(['active', 'archived']),
  instanceId: idSchema.nullable(),
  /** Claude Code's session that holds its context; null before the first turn. */
  sessionId: z.string().nullable(),
  messageCount: z.number(),
  turnCount: z.number(),
  tags: z.array(z.string()),
  /** The folder its session lives in: Claude Code finds a session only from there. */
  cwd: z.string().nullable(),
  /** The permission mode that Claude was left in when it is not its instance's own, as after a plan. */
  permissionMode: permissionModeSchema.optional(),
  /** The model that was chosen in it (`/model`) when it is not its instance's own. */
  model: z.string().optional(),
  /** The effort that was chosen in it. */
  effort: effortSchema.optional(),
  /** Whether fast mode was chosen in it. */
  fastMode: z.boolean().optional(),
  source: z.string().nullable(),
  target: z.string().nullable(),
  /** Earlier sessions that held its context, before an edit or a loss began another one. */
  pastSessionIds: z.array(z.string()).optional(),
  /**
   * It was forked and has had no turn of its own yet: the session is still its parent's, and the next turn goes on after
   * this entry of it in a new one.
   */
  forkAt: z.string().optional(),
  /**
   * It was rewound and nothing was said since: the next turn goes on after this entry of its session, in a new one; null: with nothing that was said
   * before.
   */
  rewoundTo: z.string().nullable().optional(),
  /** What runs in the background of it; where the process has gone since, nobody told it to end. */
  background: z.array(backgroundTaskSchema).optional(),
  /** Claude's to-do list; absent where it keeps none. */
  todo: todoSchema.optional(),
  /** When it goes on by itself with a turn that met Claude's usage limit; absent when it does not. */
  goesOnAt: timeSchema.optional(),
  /** Whether it goes on by itself after a usage limit; absent: as the settings say. */
  goOnAfterLimit: z.boolean().optional(),
  /** What Claude is told along with the next message. */
  note: z.string().optional(),
  /** Messages with a name, to start others from. */
  checkpoints: z.array(checkpointSchema).optional(),
  forkedFrom: z.object({ conversationId: idSchema, messageId: idSchema.nullable() }).optional(),
  /** The step of a run, or the message of a topic, that it was begun for. */
  origin: workOriginSchema.optional(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  /** The newest turn, ended or not; tells whether it was cut off. */
  lastTurn: turnSchema.nullable(),
  usage: usageSchema,
  /** Sum over its turns; null when a turn's price is not known. */
  costUsd: z.number().nullable(),
  /** Entries of its file that could not be read. They stay in it; a torn last one is kept beside it. */
  damagedEntries: z.number(),
})
export type Conversation = z.infer<typeof conversationSchema>
