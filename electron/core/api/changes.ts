import { AppError } from '../../../shared/app-error.ts'
import { api } from './context.ts'

const notYet = () => {
  throw new AppError('UNAVAILABLE', 'This is not there yet.')
}

/** What a conversation changed, and going back: contract call to core call. */
export const changes = {
  list: api.changes.list.handler(({ context, input: { id, ...look } }) => context.core.changes.list(id, look)),
  file: api.changes.file.handler(({ context, input: { id, ...look } }) => context.core.changes.file(id, look)),
  takeBack: api.changes.takeBack.handler(notYet),
  git: api.changes.git.handler(({ context, input, signal }) => context.core.changes.gitState(input.id, signal)),
  commit: api.changes.commit.handler(notYet),
  draftMessage: api.changes.draftMessage.handler(notYet),
  rewind: api.changes.rewind.handler(({ input: { id, ...input }, context }) => context.core.rewinds.rewind(id, input)),
  rewinds: api.changes.rewinds.handler(async ({ input: { id }, context }) => ({
    items: await context.core.rewinds.list(id),
    nextCursor: null,
  })),
  undoRewind: api.changes.undoRewind.handler(({ input: { id, rewindId, ...input }, context }) =>
    context.core.rewinds.undo(id, rewindId, input),
  ),
}
