import { changedRequest, withoutParts } from '../../../shared/domain/asked-call.ts'
import { projectOf } from '../projects/project-of.ts'
import { api } from './context.ts'
import { completeFolders } from './folders.ts'
import { withIds } from './stream.ts'
import { withoutNul } from './without-nul.ts'

/** The app itself: contract call to core call. */
export const system = {
  health: api.system.health.handler(({ context }) => context.core.health.current()),
  check: api.system.check.handler(({ context }) => context.core.health.check()),
  dismissProblem: api.system.dismissProblem.handler(({ context, input }) => context.core.health.dismiss(input.id)),
  limits: api.system.limits.handler(({ context }) => ({ items: context.core.accounts.list(), nextCursor: null })),
  events: api.system.events.handler(({ context, lastEventId, signal }) =>
    withIds(context.core.events.stream({ lastEventId, signal }), context.drained, (event) => changedRequest(event, withoutParts)),
  ),
  folders: api.system.folders.handler(async ({ input }) => ({ items: await completeFolders(input.prefix), nextCursor: null })),
  projects: api.system.projects.handler(async ({ input }) => ({
    items: await Promise.all(input.folders.map(projectOf)),
    nextCursor: null,
  })),
  files: api.system.files.handler(({ context, input }) => context.core.completion.files.find(input.cwd, input.q, input.limit)),
  mentions: api.system.mentions.handler(async ({ context, input }) => ({
    items: await context.core.completion.files.states(input.cwd, input.paths),
    nextCursor: null,
  })),
}

/** What the user sets: contract call to core call. */
export const settings = {
  get: api.settings.get.handler(({ context }) => context.core.settings.current()),
  update: api.settings.update.handler(({ context, input }) => context.core.settings.update(withoutNul(input))),
}
