import { api } from './context.ts'

/** Copies of Claude Code's own transcripts: contract call to core call. */
export const vault = {
  list: api.vault.list.handler(({ context, input }) => context.core.vault.list(input)),
  status: api.vault.status.handler(({ context }) => context.core.vault.status()),
  get: api.vault.get.handler(async ({ context: { core }, input: { sessionId } }) => {
    await core.vault.ready
    const session = core.vault.get(sessionId)
    const earlier = await core.vault.earlier(sessionId)
    return { ...session, agents: core.vault.agents(sessionId), earlier, diskBytes: core.vault.diskBytes(sessionId) }
  }),
  cleanUp: api.vault.cleanUp.handler(({ context, input }) => context.core.vault.cleanUp(input)),
  remove: api.vault.remove.handler(({ context, input }) => context.core.vault.remove(input.sessionIds, input.what)),
  scan: api.vault.scan.handler(async ({ context: { core }, input: { wait } }) => {
    const scan = core.vault.scan()
    if (wait) await scan
    else scan.catch((err: unknown) => core.log.warn({ err }, 'a scan did not end'))
    return core.vault.status()
  }),
  open: api.vault.open.handler(({ context, input }) => context.core.transfers.openSession(input.sessionId)),
  restore: api.vault.restore.handler(({ context, input }) => context.core.vault.restore(input.sessionId, input.version)),
}
