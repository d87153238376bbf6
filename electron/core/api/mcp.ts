import { readPastedServers } from '../../../shared/domain/mcp-paste.ts'
import { api } from './context.ts'
import { withoutNul } from './without-nul.ts'

/** MCP servers, saved and found: contract call to core call. */
export const mcp = {
  list: api.mcp.list.handler(async ({ context, input: { cwd } }) => {
    const { mcp: servers } = context.core.setup
    const found = cwd === undefined ? { found: [], faults: [] } : await servers.found(cwd)
    return { items: servers.list(), nextCursor: null, ...found }
  }),
  create: api.mcp.create.handler(({ context, input }) => context.core.setup.mcp.create(withoutNul(input))),
  update: api.mcp.update.handler(({ context, input: { id, ...change } }) => context.core.setup.mcp.update(id, withoutNul(change))),
  remove: api.mcp.remove.handler(async ({ context, input: { id, detach } }) => {
    await context.core.setup.mcp.remove(id, detach)
    return { removed: true as const }
  }),
  test: api.mcp.test.handler(({ context, input, signal }) => context.core.setup.mcp.test(withoutNul(input), signal)),
  read: api.mcp.read.handler(({ input }) => readPastedServers(input.text)),
  copy: api.mcp.copy.handler(({ context, input }) => context.core.setup.mcp.copy(input)),
}
