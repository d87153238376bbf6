import { api } from './context.ts'

/** What is kept at the top of the sidebar: contract call to core call. */
export const pins = {
  list: api.pins.list.handler(({ context }) => ({ items: context.core.pins.list(), nextCursor: null })),
  add: api.pins.add.handler(({ context, input }) => context.core.pins.add(input.id)),
  move: api.pins.move.handler(async ({ context, input }) => ({
    items: await context.core.pins.move(input.id, input.move),
    nextCursor: null,
  })),
  remove: api.pins.remove.handler(async ({ context, input }) => {
    await context.core.pins.remove(input.id)
    return { removed: true as const }
  }),
}
