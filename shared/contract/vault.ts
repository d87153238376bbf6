import { z } from 'zod'
import { daysSchema } from '../domain/common.ts'
import { conversationSchema } from '../domain/conversation.ts'
import {
  sessionIdSchema,
  vaultAgentSchema,
  vaultCleanUpSchema,
  vaultEarlierSchema,
  vaultSessionSchema,
  vaultStatusSchema,
} from '../domain/vault.ts'
import { originFilterSchema } from '../domain/work-origin.ts'
import { call } from './base.ts'

const bySession = z.object({ sessionId: sessionIdSchema })

/** Our copies of Claude Code's own transcripts. */
export const vault = {
  list: call
    .route({ method: 'GET', path: '/vault', summary: 'Sessions of Claude Code that are kept, with what it will delete and when' })
    .input(
      z.object({
        /** `ending`: Claude Code deletes them within a week. `deleted`: only the vault still has them. */
        state: z.enum(['all', 'kept', 'ending', 'deleted']).default('all'),
        /** Words of the title, the folder or the id. */
        q: z.string().max(500).optional(),
        ...originFilterSchema.shape,
        sort: z.enum(['newest', 'ending', 'largest']).default('newest'),
        cursor: z.string().max(100).optional(),
        /** A place in the list, for windows of it; instead of a cursor. */
        offset: z.int().nonnegative().optional(),
        limit: z.int().min(1).max(1_000).default(100),
      }),
    )
    .output(
      z.object({
        items: z.array(vaultSessionSchema),
        nextCursor: z.string().nullable(),
        /** How many fit, on all pages. */
        total: z.int(),
        status: vaultStatusSchema,
      }),
    ),
  status: call.route({ method: 'GET', path: '/vault/status', summary: 'Status of the vault' }).output(vaultStatusSchema),
  get: call
    .route({ method: 'GET', path: '/vault/{sessionId}', summary: 'Read about one session and its sub-agents' })
    .input(bySession)
    .output(
      vaultSessionSchema.extend({
        agents: z.array(vaultAgentSchema),
        /** Earlier states of the transcript, the first one first. */
        earlier: z.array(vaultEarlierSchema),
        /** What all its copies take. */
        diskBytes: z.number(),
      }),
    ),
  cleanUp: call
    .route({ method: 'GET', path: '/vault/clean-up', summary: 'Preview of a clean-up of old copies; deletes nothing' })
    .input(
      z.object({
        /** `copies`: sessions that only the vault has and no conversation holds. `earlier`: states before a rewrite, of any session. */
        what: z.enum(['copies', 'earlier']).default('copies'),
        olderThanDays: daysSchema.optional(),
        /** On the disk. */
        minBytes: z.number().nonnegative().optional(),
      }),
    )
    .output(vaultCleanUpSchema),
  /** What Claude Code still has, or a conversation holds, stays. */
  remove: call
    .route({ method: 'POST', path: '/vault/remove', summary: 'Permanently delete copies' })
    .input(z.object({ sessionIds: z.array(sessionIdSchema).max(100_000), what: z.enum(['copies', 'earlier']) }))
    .output(z.object({ removed: z.int(), bytes: z.number() })),
  scan: call
    .route({ method: 'POST', path: '/vault/scan', summary: "Look through all of Claude Code's history now" })
    .input(
      z.object({
        /** Answers when the scan has ended, instead of at once. */
        wait: z.boolean().default(false),
      }),
    )
    .output(vaultStatusSchema),
  /** Finds the conversation of ours that holds it, or makes one from our copy. */
  open: call
    .route({
      method: 'POST',
      path: '/vault/{sessionId}/open',
      summary: 'Open a session as a conversation; messages to it continue that session',
    })
    .input(bySession)
    .output(conversationSchema),
  restore: call
    .route({
      method: 'POST',
      path: '/vault/{sessionId}/restore',
      summary: 'Restore a deleted transcript, so that `claude --resume` works again',
    })
    .input(
      bySession.extend({
        /** An earlier state of the transcript. While Claude Code has the session, it goes beside it as a session of its own. */
        version: z.int().positive().optional(),
      }),
    )
    .output(
      z.object({
        /** The one that was put back. */
        session: vaultSessionSchema,
        /** The files that were put back: the transcript first, then those of its sub-agents. */
        files: z.array(z.string()),
      }),
    ),
}
