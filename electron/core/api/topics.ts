import { api } from './context.ts'

/** Topics: contract call to core call. */
export const topics = {
  list: api.topics.list.handler(({ context }) => ({ items: context.core.topics.list(), nextCursor: null })),
  create: api.topics.create.handler(({ context, input }) => context.core.topics.create(input)),
  get: api.topics.get.handler(({ context, input }) => context.core.topics.get(input.name)),
  update: api.topics.update.handler(({ context, input: { name, ...patch } }) => context.core.topics.update(name, patch)),
  remove: api.topics.remove.handler(async ({ context, input: { name, ...how } }) => {
    await context.core.topics.remove(name, how)
    return { removed: true as const }
  }),
  post: api.topics.post.handler(({ context, input: { name, ...message } }) => context.core.topics.post(name, message)),
  messages: api.topics.messages.handler(({ context, input: { name, ...page } }) => context.core.topics.page(name, page)),
  message: api.topics.message.handler(({ context, input }) => context.core.topics.message(input.name, input.id)),
  requeue: api.topics.requeue.handler(({ context, input }) => context.core.topics.requeue(input.name, input.id)),
  requeueAll: api.topics.requeueAll.handler(async ({ context, input }) => ({
    requeued: await context.core.topics.requeueAll(input.name),
  })),
  clear: api.topics.clear.handler(async ({ context, input }) => ({ cleared: await context.core.topics.clear(input.name) })),
}

/** Workers: contract call to core call. */
export const workers = {
  list: api.workers.list.handler(({ context }) => ({ items: context.core.topics.workers(), nextCursor: null })),
  create: api.workers.create.handler(({ context, input }) => {
    context.core.pool.instances.get(input.instanceId)
    return context.core.topics.addWorker(input)
  }),
  update: api.workers.update.handler(({ context, input: { id, ...patch } }) => {
    if (patch.instanceId !== undefined) context.core.pool.instances.get(patch.instanceId)
    return context.core.topics.updateWorker(id, patch)
  }),
  remove: api.workers.remove.handler(async ({ context, input }) => {
    await context.core.topics.removeWorker(input.id)
    return { removed: true as const }
  }),
}
