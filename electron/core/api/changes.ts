import { api } from './context.ts'

/** What a conversation changed, and going back: contract call to core call. */
export const changes = {
  list: api.changes.list.handler(({ context, input: { id, ...look } }) => context.core.changes.list(id, look)),
  file: api.changes.file.handler(({ context, input: { id, ...look } }) => context.core.changes.file(id, look)),
  turn: api.changes.turn.handler(async ({ context, input }) => ({ sum: await context.core.changes.turns.of(input.id, input.turnId) })),
  takeBack: api.changes.takeBack.handler(async ({ context, input: { id, ...choice } }) => ({
    rewind: await context.core.changes.chosen.takeBack(id, choice),
  })),
  git: api.changes.git.handler(({ context, input, signal }) => context.core.changes.gitState(input.id, signal)),
  commit: api.changes.commit.handler(({ context, input: { id, ...choice } }) => context.core.changes.chosen.commit(id, choice)),
  draftMessage: api.changes.draftMessage.handler(({ context, input: { id, ...choice } }) =>
    context.core.changes.chosen.draftMessage(id, choice),
  ),
  rewind: api.changes.rewind.handler(({ input: { id, ...input }, context }) => context.core.rewinds.rewind(id, input)),
  rewinds: api.changes.rewinds.handler(async ({ input: { id }, context }) => ({
    items: await context.core.rewinds.list(id),
    nextCursor: null,
  })),
  undoRewind: api.changes.undoRewind.handler(({ input: { id, rewindId, ...input }, context }) =>
    context.core.rewinds.undo(id, rewindId, input),
  ),
}
