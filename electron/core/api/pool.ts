import { AppError } from '../../../shared/app-error.ts'
import type { Answer } from '../../../shared/domain/pool.ts'
import type { Core } from '../core.ts'
import { api } from './context.ts'
import { workOf } from './work-of.ts'

/** The instances together: contract call to core call. */
export const pool = {
  status: api.pool.status.handler(({ context }) => context.core.pool.policies.status()),
  update: api.pool.update.handler(({ context, input }) => context.core.pool.policies.update(input)),
  lease: api.pool.lease.handler(({ context, input, signal }) => context.core.pool.leases.lease(workOf(input), signal)),
  leases: api.pool.leases.handler(({ context }) => ({ items: context.core.pool.leases.list(), nextCursor: null })),
  renewLease: api.pool.renewLease.handler(({ context, input }) => context.core.pool.leases.renew(input.id, input.seconds)),
  giveBack: api.pool.giveBack.handler(({ context, input }) => {
    context.core.pool.leases.giveBack(input.id)
    return { givenBack: true as const }
  }),
  ask: api.pool.ask.handler(async ({ context: { core }, input: { key, ...input }, signal }) => {
    const askedAt = new Date().toISOString()
    const answer = await core.lookup.keys.call({
      key,
      prefix: 'task',
      body: ['ask', input],
      // Who asks under a key may come back for the answer.
      begin: (ids) => core.pool.tasks.ask({ ...workOf(input), ids }, key === undefined ? signal : undefined),
      again: ({ id, turnId }) => askedBefore(core, id, turnId, signal),
    })
    return { ...answer, conversation: answer.conversation ?? begunSince(core, answer.conversationId, askedAt) }
  }),
}

/** The answer to a question that was asked under the same key; null where it never began, so that it may be asked again. */
async function askedBefore(core: Core, id: string, turnId: string, signal: AbortSignal | undefined): Promise<Answer | null> {
  if (!(await core.lookup.knows(id, turnId))) return null
  const { turn, attempts, choice, error, createdAt } = await core.lookup.endOf(id, signal)
  if (turn === null && attempts === 0) return null
  const instanceId = turn?.instanceId ?? choice?.instanceId
  if (turn === null || instanceId === undefined)
    throw new AppError('STATE_CONFLICT', error?.message ?? 'The answer no longer exists. Use another key.')
  const why = choice ?? { instanceId, strategy: core.pool.policies.policy.strategy, reason: 'it was asked before', ms: 0 }
  const conversation = begunSince(core, turn.conversationId, createdAt)
  return { text: turn.text, instanceId, conversationId: turn.conversationId, turn, choice: why, conversation }
}

function begunSince(core: Core, conversationId: string, time: string): 'new' | 'continued' {
  return core.conversations.has(conversationId) && core.conversations.get(conversationId).createdAt >= time ? 'new' : 'continued'
}
