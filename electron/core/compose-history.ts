import { configFolder } from './claude/login.ts'
import { childEnvironment } from './claude/environment.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { SessionOwners } from './conversations/session-owners.ts'
import type { Ground } from './ground.ts'
import type { Metrics, MetricsOptions } from './metrics/metrics.ts'
import { openMetrics } from './metrics/open-metrics.ts'
import type { SessionSource } from './metrics/vault-turns.ts'
import { breathe } from './storage/breathe.ts'
import { openVault } from './vault/open-vault.ts'
import type { Vault } from './vault/vault.ts'

/** Our copies of Claude Code's own history. */
export async function openHistory(
  { options, closers, events, log, late, watch }: Ground,
  { conversations, owners }: { conversations: ConversationStore; owners: SessionOwners },
): Promise<Vault> {
  const { home, env } = options
  const config = configFolder(childEnvironment({ env, own: {}, demo: null, marker: 'none' }))
  const originOf = (id: string) =>
    (conversations.has(id) ? conversations.get(id) : conversations.shelf.trashedOne(id)?.conversation)?.origin
  const vault = await openVault({ home, config, owners, originOf, events, watch, onChange: () => late.metrics?.sourcesChanged(), log })
  closers.push(() => vault.close())
  return vault
}

/** The figures. To be opened before the pool, so that they close after it: ending turns are counted too. */
export async function openFigures(
  { options, closers, settings, log, late, watch }: Ground,
  conversations: ConversationStore,
  vault: Vault,
): Promise<Metrics> {
  const { home, shell, version } = options
  let vaultIsRead = false
  void vault.ready.then(() => {
    vaultIsRead = true
    late.metrics?.sourcesChanged()
  })
  const { metrics, follow, close } = await openMetrics({
    home,
    watch,
    conversations,
    look: () => lookAt(late),
    sessions: () => (vaultIsRead ? sessionsOf(vault) : Promise.resolve(null)),
    instanceName: (id) => late.pool?.instances.list().find((instance) => instance.id === id)?.name,
    onNotice: (notice) => late.pool?.notice(notice),
    onBudgets: () => late.pool?.goOn(),
    scrapePort: () => (shell === 'desktop' && settings.current().prometheus === true ? settings.current().prometheusPort : null),
    version,
    log,
  })
  late.metrics = metrics
  closers.push(settings.onChange(follow), close)
  return metrics
}

/** What the metrics read of the vault, in slices. The demo model's history costs nobody anything. */
async function sessionsOf(vault: Vault): Promise<SessionSource[]> {
  const found: SessionSource[] = []
  for (const [index, { sessionId, source, createdAt, updatedAt, bytes, parentSessionId }] of vault.sessions().entries()) {
    if (index % 500 === 499) await breathe()
    if (source === 'demo') continue
    const files = vault.filesOf(sessionId).filter(({ kind }) => kind !== 'output')
    const signature = [updatedAt, bytes, ...files.map((file) => file.bytes)].join(' ')
    found.push({ sessionId, signature, createdAt, parentSessionId, files })
  }
  return found
}

/** What the metrics see of the pool. */
function lookAt({ pool, runs, topics }: Ground['late']): ReturnType<MetricsOptions['look']> {
  if (!pool) return { queued: 0, spares: 0, instances: [] }
  const { queued, sparesReady } = pool.policies.status()
  const instances = pool.instances.list().map(({ id, name, state, process: held }) => ({
    id,
    name,
    state,
    memoryMb: held?.memoryMb ?? null,
    cpuPercent: held?.cpuPercent ?? null,
  }))
  const lines = (topics?.list() ?? []).map(({ name, waiting, taken, dead, inPerMinute, donePerMinute }) => {
    return { name, waiting, taken, dead, inPerMinute, donePerMinute }
  })
  return { queued, spares: sparesReady, instances, ...(runs ? { runs: runs.countOpen() } : {}), topics: lines }
}
