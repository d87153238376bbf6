import { api } from './context.ts'

/** Messages that wait: contract call to core call. */
export const tasks = {
  list: api.tasks.list.handler(({ context, input }) => ({ items: context.core.pool.tasks(input), nextCursor: null })),
  get: api.tasks.get.handler(({ context, input }) => context.core.pool.task(input.id)),
  update: api.tasks.update.handler(({ context, input: { id, ...change } }) => context.core.pool.updateTask(id, change)),
  cancel: api.tasks.cancel.handler(async ({ context, input }) => {
    await context.core.pool.cancelTask(input.id)
    return { cancelled: true as const }
  }),
}
