import { api } from './context.ts'

/** What windows show: contract call to core call. */
export const workspace = {
  get: api.workspace.get.handler(({ context, input }) => ({ workspace: context.core.workspaces.get(input.window) })),
  put: api.workspace.put.handler(({ context, input: { window, ...shown } }) => context.core.workspaces.put(window, shown)),
}
