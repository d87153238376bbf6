import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { idSchema, instanceIdSchema, pageOf } from '../domain/common.ts'
import { checkpointSchema, conversationSchema, partySchema, tagSchema, titleSchema } from '../domain/conversation.ts'
import { draftKeySchema } from '../domain/draft.ts'
import { conversationEventSchema } from '../domain/event.ts'
import { livePatchSchema, liveSettingsSchema } from '../domain/live.ts'
import { forkNodeSchema } from '../domain/library.ts'
import { sentMessageSchema } from '../domain/message.ts'
import { storedToolSchema } from '../domain/stored-tool.ts'
import { droppedMessageSchema, promptSchema, sendWhenSchema } from '../domain/task.ts'
import { contextStateSchema } from '../domain/transfer.ts'
import { turnSchema } from '../domain/turn.ts'
import { originFilterSchema } from '../domain/work-origin.ts'
import { call } from './base.ts'
import { keySchema } from './work.ts'

const byId = z.object({ id: idSchema })
const limit = z.int().min(1).max(500)

/** What a message is answered with: at once with ids, or, with `wait`, with the finished turn beside them. */
const sentSchema = z.object({
  taskId: idSchema,
  turnId: idSchema,
  turn: turnSchema.optional(),
  /** Whether Claude knows what was said before: `lost` where it does not, as in a conversation from claude.ai. */
  context: contextStateSchema.optional(),
})

/** Conversations and their messages. */
export const conversations = {
  list: call
    .route({ method: 'GET', path: '/conversations', summary: 'List conversations, newest first' })
    .input(
      z.object({
        state: z.enum(['active', 'archived', 'all']).default('active'),
        instanceId: instanceIdSchema.optional(),
        tag: tagSchema.optional(),
        source: partySchema.optional(),
        target: partySchema.optional(),
        ...originFilterSchema.shape,
        cursor: z.string().optional(),
        limit: limit.default(100),
      }),
    )
    .output(pageOf(conversationSchema)),
  create: call
    .route({ method: 'POST', path: '/conversations', summary: 'Create a conversation', successStatus: 201 })
    .input(
      z.object({
        title: titleSchema.optional(),
        instanceId: instanceIdSchema.optional(),
        source: partySchema.optional().describe('Work of this pair that names no conversation goes on in this one.'),
        target: partySchema.optional(),
      }),
    )
    .output(conversationSchema),
  get: call.route({ method: 'GET', path: '/conversations/{id}', summary: 'Read a conversation' }).input(byId).output(conversationSchema),
  update: call
    .route({ method: 'PATCH', path: '/conversations/{id}', summary: 'Rename, tag, hand to an instance, or work in another folder' })
    .input(
      byId.extend({
        title: titleSchema.optional(),
        tags: z.array(tagSchema).max(50).optional(),
        instanceId: instanceIdSchema.nullable().optional(),
        cwd: z
          .string()
          .trim()
          .min(1)
          .optional()
          .describe('Works in another folder from now on, for example the new place of one that was moved, and still knows what was said.'),
        goOnAfterLimit: z
          .boolean()
          .nullable()
          .optional()
          .describe('Whether it goes on by itself when a usage limit ends that it met, or has met; null: as the settings say.'),
      }),
    )
    .output(conversationSchema),
  remove: call
    .route({ method: 'DELETE', path: '/conversations/{id}', summary: 'Move a conversation to the trash, which keeps it for 30 days' })
    .input(byId)
    .output(z.object({ removed: z.literal(true) })),
  fork: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/fork',
      summary: 'A new conversation that continues from a message, or from the last one, with its context',
      successStatus: 201,
    })
    .input(byId.extend({ messageId: idSchema.optional(), title: titleSchema.optional(), instanceId: instanceIdSchema.optional() }))
    .output(conversationSchema),
  forks: call
    .route({
      method: 'GET',
      path: '/conversations/{id}/forks',
      summary: 'All conversations related to it by forks, parents before children',
    })
    .input(byId)
    .output(z.object({ items: z.array(forkNodeSchema) })),
  checkpoint: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/checkpoints',
      summary: 'Name a message as a checkpoint to start others from; null removes it',
    })
    .input(byId.extend({ messageId: idSchema, name: checkpointSchema.shape.name.nullable() }))
    .output(conversationSchema),
  start: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/start',
      summary: 'Several new instances, each with a fork that continues from the same message with the full context',
      successStatus: 201,
    })
    .input(
      byId.extend({
        messageId: idSchema.optional(),
        count: z.int().min(1).max(8),
        text: z.string().max(100_000).optional().describe('What each of them is told first.'),
      }),
    )
    .output(z.object({ items: z.array(conversationSchema) })),
  archive: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/archive',
      summary: 'Compress it into the archive: readable and found, not continued',
    })
    .input(byId)
    .output(conversationSchema),
  restore: call
    .route({
      method: 'POST',
      path: '/conversations/{id}/restore',
      summary: 'Bring back the same bytes from the archive, or from the trash',
    })
    .input(byId)
    .output(conversationSchema),
  messages: call
    .route({
      method: 'GET',
      path: '/conversations/{id}/messages',
      summary: 'A page of messages in ascending seq: the latest, those before or those after a seq',
    })
    .input(
      byId.extend({
        before: z.int().nonnegative().optional(),
        after: z.int().min(-1).optional(),
        around: z
          .string()
          .min(1)
          .max(100)
          .optional()
          .describe(
            "A message's id or its uuid in Claude's transcript, or a turn's id for its first message: it and those on both sides of it.",
          ),
        limit: limit.default(100),
        superseded: z.boolean().default(false).describe('Also those that an edit-and-resend took the place of.'),
        tools: z.boolean().default(false).describe('Also what is stored of the tool calls that happened among these messages.'),
        repeatText: z
          .boolean()
          .default(true)
          .describe("Say a message's `text` even where its text blocks, joined by a blank line, say the same."),
      }),
    )
    .output(
      pageOf(sentMessageSchema).extend({
        newerCursor: z.string().nullable().optional().describe('With `around`: the `after` of the messages that follow, or null.'),
        tools: z
          .array(storedToolSchema)
          .optional()
          .describe('With `tools`: how long each ran, how it ended, and how the question about it was answered.'),
      }),
    ),
  send: call
    .route({ method: 'POST', path: '/conversations/{id}/messages', summary: 'Send a message: one turn' })
    .input(
      byId.extend({
        ...promptSchema.shape,
        priority: z.int().min(0).max(9).default(5),
        wait: z.boolean().default(false),
        key: keySchema.optional(),
        lease: idSchema.optional().describe('A lease of POST /pool/lease: the conversation goes to its instance.'),
        draft: z
          .int()
          .positive()
          .optional()
          .describe("The revision of the conversation's draft that this is: it is cleared when nothing was written since."),
        draftOf: draftKeySchema.optional().describe("Whose draft that is, where the conversation begins with it: an instance's, or `new`."),
        when: sendWhenSchema
          .default('after')
          .describe('Where a turn of this conversation runs: wait for its end, go into it at its next step, or end it.'),
        replaces: idSchema.optional().describe('Take the place of this message of the user and of all that follows it.'),
      }),
    )
    .output(sentSchema),
  /** Goes on after a turn that was cut off or failed: sends the prompt again if Claude never had it, else asks to go on. */
  continue: call
    .route({ method: 'POST', path: '/conversations/{id}/continue', summary: 'Continue after a turn that was cut off or failed' })
    .input(byId.extend({ wait: z.boolean().default(false) }))
    .output(sentSchema),
  getLive: call
    .route({ method: 'GET', path: '/conversations/{id}/live', summary: 'The model, effort, speed and permission mode it works with' })
    .input(byId)
    .output(liveSettingsSchema),
  live: call
    .route({
      method: 'PATCH',
      path: '/conversations/{id}/live',
      summary:
        'Change model, effort, speed or permission mode, starting with the next request, in the running process; null: its instance’s own',
    })
    .input(byId.extend(livePatchSchema.shape))
    .output(liveSettingsSchema),
  dropWaiting: call
    .route({ method: 'DELETE', path: '/conversations/{id}/tasks', summary: 'Drop all messages that wait in it; answers them' })
    .input(byId)
    .output(z.object({ dropped: z.array(droppedMessageSchema) })),
  turns: call
    .route({ method: 'GET', path: '/conversations/{id}/turns', summary: 'Its turns in order, the latest last' })
    .input(byId.extend({ limit: limit.default(100) }))
    .output(pageOf(turnSchema)),
  events: call
    .route({ method: 'GET', path: '/conversations/{id}/events', summary: 'What happens in it, as server-sent events' })
    .input(byId)
    .output(eventIterator(conversationEventSchema)),
}
