import { api } from './context.ts'

/** Worktrees that instances work in: contract call to core call. */
export const worktrees = {
  state: api.worktrees.state.handler(({ context, input }) => context.core.worktrees.state(input.id)),
  merge: api.worktrees.merge.handler(({ context, input }) => context.core.worktrees.merge(input.id)),
  pullRequest: api.worktrees.pullRequest.handler(({ context, input: { id, ...wish } }) => context.core.worktrees.pullRequest(id, wish)),
  remove: api.worktrees.remove.handler(({ context, input }) => context.core.worktrees.remove(input.id, input.ignored)),
  restore: api.worktrees.restore.handler(({ context, input }) => context.core.worktrees.restore(input.id)),
  setup: api.worktrees.setup.handler(({ context, input }) => context.core.worktrees.setUp(input.id, input.command)),
  stopSetup: api.worktrees.stopSetup.handler(({ context, input }) => context.core.worktrees.stopSetup(input.id)),
  skipSetup: api.worktrees.skipSetup.handler(({ context, input }) => context.core.worktrees.skipSetup(input.id)),
  setupOutput: api.worktrees.setupOutput.handler(async ({ context, input }) => ({
    output: await context.core.worktrees.setupOutput(input.id),
  })),
  ofConversation: api.worktrees.ofConversation.handler(async ({ context, input }) => ({
    state: await context.core.worktrees.ofConversation(input.id),
  })),
  restoreForConversation: api.worktrees.restoreForConversation.handler(({ context, input }) =>
    context.core.worktrees.restoreForConversation(input.id),
  ),
  repository: api.worktrees.repository.handler(({ context, input }) => context.core.worktrees.repository(input)),
}
