import { api } from './context.ts'

/** Programs of the machine's: contract call to core call. */
export const openers = {
  list: api.openers.list.handler(async ({ context }) => ({ items: await context.core.openers.list(), nextCursor: null })),
  open: api.openers.open.handler(async ({ context, input }) => ({ opened: true as const, with: await context.core.openers.open(input) })),
}
