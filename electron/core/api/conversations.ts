import { AppError } from '../../../shared/app-error.ts'
import { withoutRepeatedText } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Core } from '../core.ts'
import type { Sent } from '../pool/dispatch.ts'
import { api } from './context.ts'
import { changedRequests, withoutParts } from '../../../shared/domain/asked-call.ts'
import { withIds } from './stream.ts'

/** Conversations and their messages: contract call to core call. */
export const conversations = {
  list: api.conversations.list.handler(({ context, input }) => context.core.conversations.list(input)),
  create: api.conversations.create.handler(async ({ context, input }) => {
    // Throws when there is no such instance, before anything is made.
    if (input.instanceId !== undefined) context.core.pool.instances.get(input.instanceId)
    const made = await context.core.conversations.create(input)
    await context.core.pool.knowPair(made)
    return made
  }),
  get: api.conversations.get.handler(({ context, input }) => context.core.conversations.get(input.id)),
  update: api.conversations.update.handler(async ({ context, input }) => {
    const { pool, conversations: store } = context.core
    const { id, title, tags, instanceId, cwd, goOnAfterLimit } = input
    store.get(id)
    if (instanceId !== undefined) await pool.assign(id, instanceId)
    if (cwd !== undefined) await pool.folders.move(id, cwd)
    if (title !== undefined) await store.rename(id, title, { automatic: false })
    if (tags !== undefined) await store.setTags(id, tags)
    if (goOnAfterLimit !== undefined) await pool.goingOn.set(id, goOnAfterLimit)
    return store.get(id)
  }),
  remove: api.conversations.remove.handler(async ({ context, input }) => {
    await context.core.pool.moves.remove(input.id)
    return { removed: true as const }
  }),
  fork: api.conversations.fork.handler(({ context, input: { id, ...input } }) => context.core.pool.forks.fork(id, input)),
  forks: api.conversations.forks.handler(async ({ context, input }) => ({ items: await context.core.library.forks(input.id) })),
  checkpoint: api.conversations.checkpoint.handler(({ context, input }) =>
    context.core.conversations.setCheckpoint(input.id, input.messageId, input.name),
  ),
  start: api.conversations.start.handler(async ({ context, input: { id, ...input } }) => ({
    items: await context.core.pool.forks.start(id, input),
  })),
  archive: api.conversations.archive.handler(({ context, input }) => context.core.pool.moves.archive(input.id)),
  restore: api.conversations.restore.handler(({ context, input }) => context.core.pool.moves.restore(input.id)),
  messages: api.conversations.messages.handler(async ({ context, input: { id, repeatText, ...page } }) => {
    const found = await context.core.conversations.messages(id, page)
    return repeatText ? found : { ...found, items: found.items.map(withoutRepeatedText) }
  }),
  send: api.conversations.send.handler(async ({ context: { core }, input: { id, wait, key, draft, draftOf = id, ...prompt }, signal }) => {
    // As it is before the message: asked for now, waited for when the message is on its way.
    const before = core.transfers.context(id).catch(() => null)
    const sent = await core.lookup.keys.call<Sent | SentBefore>({
      key,
      prefix: 'task',
      body: ['message', id, prompt],
      begin: ({ id: taskId, turnId }) =>
        core.pool.send(id, { ...prompt, ...(key === undefined ? {} : { handed: { taskId, turnId, acceptedAt: performance.now() } }) }),
      again: async (ids) => ((await core.lookup.knows(ids.id, ids.turnId)) ? { task: ids, done: null } : null),
    })
    if (draft !== undefined)
      await core.drafts.sent(draftOf, draft).catch((err: unknown) => core.log.warn({ err, id }, 'a draft could not be cleared'))
    if (sent.done !== null) return answerOf(core, sent, wait)
    const { id: taskId, turnId } = sent.task
    const context = (await before) ?? undefined
    if (!wait) return { taskId, turnId, context }
    const { turn, error } = await core.lookup.endOf(taskId, signal)
    if (turn === null) throw new AppError('TASK_GONE', error?.message ?? 'The message was removed from the queue before it was sent.')
    return { taskId, turnId, turn, context }
  }),
  continue: api.conversations.continue.handler(async ({ context: { core }, input }) => {
    return answerOf(core, await core.pool.continueTurn(input.id), input.wait)
  }),
  getLive: api.conversations.getLive.handler(({ context, input }) => context.core.pool.live.get(input.id)),
  live: api.conversations.live.handler(({ context, input: { id, ...patch } }) => context.core.pool.live.change(id, patch)),
  dropWaiting: api.conversations.dropWaiting.handler(async ({ context: { core }, input }) => {
    core.conversations.get(input.id)
    return { dropped: await core.pool.tasks.dropWaiting(input.id) }
  }),
  turns: api.conversations.turns.handler(async ({ context, input }) => {
    return { items: await context.core.conversations.turns(input.id, input.limit), nextCursor: null }
  }),
  events: api.conversations.events.handler(({ context, input, lastEventId, signal }) =>
    withIds(context.core.pool.conversationEvents(input.id, { lastEventId, signal }), context.drained, (event) =>
      changedRequests(event, withoutParts),
    ),
  ),
}

/** A message that was sent under the same key before. */
type SentBefore = { task: { id: string; turnId: string }; done: null }

async function answerOf(core: Core, { task, done }: Sent, wait: boolean): Promise<{ taskId: string; turnId: string; turn?: Turn }> {
  core.lookup.taskChanged(task)
  const ids = { taskId: task.id, turnId: task.turnId }
  return wait ? { ...ids, turn: await done } : ids
}
