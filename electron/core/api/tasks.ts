import type { Task } from '../../../shared/domain/task.ts'
import { api } from './context.ts'

/** What waits: contract call to core call. */
export const tasks = {
  list: api.tasks.list.handler(({ context, input: { state, cursor, limit, ...filter } }) => {
    const { pool } = context.core
    const open = state === 'ended' ? [] : pool.tasks(filter)
    const ended = state === 'open' ? [] : pool.endedTasks(filter)
    return pageOf([...open, ...ended], Number(cursor ?? 0), limit)
  }),
  create: api.tasks.create.handler(({ context, input }) => context.core.pool.submit(input)),
  createBatch: api.tasks.createBatch.handler(({ context, input }) => context.core.pool.submitBatch(input)),
  get: api.tasks.get.handler(({ context, input }) => context.core.pool.task(input.id)),
  update: api.tasks.update.handler(({ context, input: { id, ...change } }) => context.core.pool.updateTask(id, change)),
  retry: api.tasks.retry.handler(({ context, input }) => context.core.pool.queue.retry(input.id)),
  cancel: api.tasks.cancel.handler(async ({ context, input }) => {
    await context.core.pool.cancelTask(input.id)
    return { cancelled: true as const }
  }),
  queue: api.tasks.queue.handler(({ context }) => context.core.pool.queue.status()),
  batches: api.tasks.batches.handler(({ context }) => ({ items: context.core.pool.queue.batches(), nextCursor: null })),
  cancelBatch: api.tasks.cancelBatch.handler(async ({ context, input }) => ({
    cancelled: await context.core.pool.queue.cancelBatch(input.id),
  })),
  retryBatch: api.tasks.retryBatch.handler(async ({ context, input }) => ({ retried: await context.core.pool.queue.retryBatch(input.id) })),
  tryNow: api.tasks.tryNow.handler(({ context }) => {
    context.core.pool.queue.tryNow()
    return { limitedUntil: null }
  }),
}

function pageOf(tasks: Task[], from: number, limit: number): { items: Task[]; nextCursor: string | null } {
  const items = tasks.slice(from, from + limit)
  return { items, nextCursor: from + limit < tasks.length ? String(from + limit) : null }
}
