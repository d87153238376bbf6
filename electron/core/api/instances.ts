import { api } from './context.ts'

/** An instance's life: contract call to core call. */
export const instances = {
  list: api.instances.list.handler(({ context }) => ({ items: context.core.pool.list(), nextCursor: null })),
  create: api.instances.create.handler(({ context, input }) => context.core.pool.create(input)),
  get: api.instances.get.handler(({ context, input }) => context.core.pool.get(input.id)),
  update: api.instances.update.handler(({ context, input: { id, ...patch } }) => context.core.pool.update(id, patch)),
  remove: api.instances.remove.handler(async ({ context, input }) => {
    await context.core.pool.remove(input.id)
    return { removed: true as const }
  }),
  start: api.instances.start.handler(({ context, input }) => context.core.pool.start(input.id)),
  pause: api.instances.pause.handler(({ context, input }) => context.core.pool.pause(input.id, input.mode)),
  resume: api.instances.resume.handler(({ context, input }) => context.core.pool.resume(input.id)),
  stop: api.instances.stop.handler(({ context, input }) => context.core.pool.stop(input.id)),
  restart: api.instances.restart.handler(({ context, input }) => context.core.pool.restart(input.id)),
  interrupt: api.instances.interrupt.handler(({ context, input }) => context.core.pool.interrupt(input.id)),
  open: api.instances.open.handler(({ context, input }) => context.core.pool.open(input.id, input.conversationId)),
}
