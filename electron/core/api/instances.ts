import type { McpServerInfo } from '../../../shared/domain/claude-info.ts'
import type { Known } from '../completion/commands.ts'
import type { Controls } from '../claude/controls.ts'
import { actOnSeveral } from '../pool/several.ts'
import { pricesOf } from '../vault/prices.ts'
import { api, type ApiContext } from './context.ts'
import { withoutNul } from './without-nul.ts'

/** An instance's life: contract call to core call. */
export const instances = {
  list: api.instances.list.handler(({ context }) => ({ items: context.core.pool.instances.list(), nextCursor: null })),
  create: api.instances.create.handler(({ context: { core }, input }) => {
    const { start, worktree, ...wanted } = withoutNul(input)
    const config = { ...core.setup.profiles.configFor(wanted), start }
    return worktree === undefined ? core.pool.instances.create(config) : core.worktrees.create({ ...config, worktree })
  }),
  get: api.instances.get.handler(({ context, input }) => context.core.pool.instances.get(input.id)),
  update: api.instances.update.handler(({ context, input: { id, ...patch } }) => context.core.pool.instances.update(id, withoutNul(patch))),
  remove: api.instances.remove.handler(async ({ context, input }) => {
    await context.core.worktrees.removeInstance(input.id, input.worktree, input.ignored)
    return { removed: true as const }
  }),
  start: api.instances.start.handler(({ context, input }) => context.core.pool.instances.start(input.id)),
  pause: api.instances.pause.handler(({ context, input }) => context.core.pool.instances.pause(input.id, input.mode)),
  resume: api.instances.resume.handler(({ context, input }) => context.core.pool.instances.resume(input.id)),
  stop: api.instances.stop.handler(({ context, input }) => context.core.pool.instances.stop(input.id)),
  restart: api.instances.restart.handler(({ context, input }) => context.core.pool.instances.restart(input.id)),
  interrupt: api.instances.interrupt.handler(async ({ context: { core }, input: { id, queue } }) => {
    if (queue === 'keep') return core.pool.instances.interrupt(id)
    // Before the turn ends, so that none of them begins.
    const dropped = await core.pool.tasks.dropBehind(id)
    return { ...(await core.pool.instances.interrupt(id)), dropped }
  }),
  several: api.instances.several.handler(async ({ context, input }) => page(await actOnSeveral(context.core.pool.instances, input))),
  models: api.instances.models.handler(async ({ context, input }) => {
    const models = await context.core.pool.instances.models(input.id, { start: input.start })
    return page(models.map((model) => ({ ...model, ...pricesOf(model.resolvedModel ?? model.value) })))
  }),
  commands: api.instances.commands.handler(async ({ context, input }) => {
    const { commands, readAt } = await lists(context, input)
    return { ...page(commands), readAt }
  }),
  agents: api.instances.agents.handler(async ({ context, input }) => {
    const { agents, readAt } = await lists(context, input)
    return { ...page(agents), readAt }
  }),
  context: api.instances.context.handler(async ({ context, input }) => (await controls(context, input.id, input)).context()),
  mcp: api.instances.mcp.handler(async ({ context, input }) => servers(context, await controls(context, input.id, input))),
  mcpAction: api.instances.mcpAction.handler(async ({ context, input }) => {
    const of = await controls(context, input.id)
    await of.server(input.server, input.action)
    return servers(context, of)
  }),
  mcpSignIn: api.instances.mcpSignIn.handler(async ({ context, input }) => ({
    url: await (await controls(context, input.id)).signIn(input.server),
  })),
  background: api.instances.background.handler(({ context, input }) => ({
    items: context.core.pool.instances.get(input.id).background,
    nextCursor: null,
  })),
  backgroundOutput: api.instances.backgroundOutput.handler(({ context, input }) =>
    context.core.pool.instances.taskOutput(input.id, input.taskId),
  ),
  stopBackground: api.instances.stopBackground.handler(({ context, input }) =>
    context.core.pool.instances.stopTask(input.id, input.taskId),
  ),
  open: api.instances.open.handler(({ context, input }) => context.core.pool.open(input.id, input.conversationId)),
}

function controls({ core }: ApiContext, id: string, options: { start?: boolean } = {}): Promise<Controls> {
  return core.pool.instances.controls(id, options)
}

function lists({ core }: ApiContext, { id, known, cwd }: { id: string; known: boolean; cwd?: string | undefined }): Promise<Known> {
  return known ? core.completion.commands.known(id, cwd) : core.completion.commands.fresh(id)
}

/** What a server says of its failure may hold a secret. */
async function servers({ core }: ApiContext, of: Controls): Promise<{ items: McpServerInfo[]; nextCursor: null }> {
  const all = await of.servers()
  return page(all.map((one) => (one.error === undefined ? one : { ...one, error: core.setup.mask(one.error) })))
}

function page<T>(items: T[]): { items: T[]; nextCursor: null } {
  return { items, nextCursor: null }
}
