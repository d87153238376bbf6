import { api } from './context.ts'
import { withIds } from './stream.ts'

/** Side questions: contract call to core call. */
export const asides = {
  ask: api.asides.ask.handler(async ({ context: { core }, input: { id, wait, ...input } }) => {
    const { aside, done } = await core.asides.ask(id, input)
    if (wait) await done
    return aside.view()
  }),
  get: api.asides.get.handler(({ context, input }) => context.core.asides.get(input.id, input.asideId)),
  events: api.asides.events.handler(({ context, input, lastEventId, signal }) =>
    withIds(context.core.asides.stream(input.id, input.asideId, { lastEventId, signal }), context.drained),
  ),
  stop: api.asides.stop.handler(({ context, input }) => context.core.asides.stop(input.id, input.asideId)),
  keep: api.asides.keep.handler(({ context, input }) => context.core.asides.keep(input.id, input.asideId, input.title)),
  close: api.asides.close.handler(async ({ context, input }) => {
    context.core.asides.get(input.id, input.asideId)
    await context.core.asides.drop(input.asideId)
    return { closed: true as const }
  }),
}
