import { api } from './context.ts'

/** Command lines of the user's: contract call to core call. */
export const shell = {
  run: api.shell.run.handler(async ({ context, input }) => {
    const { shellId, done } = await context.core.shell.run(input.id, input.command)
    return input.wait ? { shellId, shell: await done } : { shellId }
  }),
  list: api.shell.list.handler(({ context, input }) => {
    context.core.conversations.get(input.id)
    return { items: context.core.shell.list(input.id), nextCursor: null }
  }),
  stop: api.shell.stop.handler(async ({ context, input }) => {
    await context.core.shell.stop(input.id, input.shellId)
    return { stopped: true as const }
  }),
}
