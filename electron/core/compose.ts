import { join } from 'node:path'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import { startDemoModel, type DemoModel } from '../demo/demo-model.ts'
import { ensureSampleFolder } from '../demo/sample-folder.ts'
import { AccountBook, accountFileSchema } from './account/account-book.ts'
import { AwakeClock } from './clock/awake-clock.ts'
import { agentSdk } from './claude/agent-sdk.ts'
import { Claude } from './claude/claude.ts'
import { childEnvironment } from './claude/environment.ts'
import { configFolder } from './claude/login.ts'
import { transcriptHas } from './claude/session-files.ts'
import { idsOfPair } from './conversations/conversation-list.ts'
import { ConversationStore } from './conversations/conversation-store.ts'
import { SessionOwners } from './conversations/session-owners.ts'
import { Completion } from './completion/completion.ts'
import { Lookup } from './lookup/lookup.ts'
import type { Metrics, MetricsOptions } from './metrics/metrics.ts'
import { openMetrics } from './metrics/open-metrics.ts'
import type { SessionSource } from './metrics/vault-turns.ts'
import { affinityFileSchema } from './pool/affinity.ts'
import { instanceFileSchema } from './pool/instance-file.ts'
import { Pool } from './pool/pool.ts'
import type { PoolDeps } from './pool/pool-deps.ts'
import type { LaunchSetup } from './profiles/launch-setup.ts'
import { TaskLog } from './queue/task-log.ts'
import { RememberedCalls } from './instances/remembered-calls.ts'
import { Standing } from './instances/standing.ts'
import { RuleBook } from './rules/rule-book.ts'
import type { References } from './secrets/references.ts'
import { Search } from './search/search.ts'
import { SearchSources } from './search/search-sources.ts'
import { JsonStore } from './storage/json-store.ts'
import { followInstances, openVault } from './vault/open-vault.ts'
import type { Vault } from './vault/vault.ts'
import { breathe } from './storage/breathe.ts'
import type { Ground } from './ground.ts'

const loadSdkMs = 1_000

/** The conversations, and which session is whose. */
export async function openConversations({ options, closers, log, late, watch }: Ground): Promise<{
  conversations: ConversationStore
  owners: SessionOwners
}> {
  const conversations = await ConversationStore.open({
    folder: options.home,
    onChange: (conversation) => {
      const { id } = conversation
      const moved = late.owners?.note(conversation) ?? []
      late.pool?.conversationChanged(id)
      late.library?.changed([id, ...moved])
      late.search?.touch(id)
    },
    onRemove: (id) => {
      if (!conversations.shelf.trashedOne(id))
        void late.drafts?.drop(id).catch((err: unknown) => log.warn({ err, id }, 'a draft could not be removed'))
      const moved = (conversations.shelf.trashedOne(id) ? late.owners?.trash(id) : late.owners?.drop(id)) ?? []
      late.library?.changed([id, ...moved])
      late.search?.remove(id)
      if (!conversations.shelf.trashedOne(id)) void late.remembered?.forgetConversation(id).catch(() => {})
      if (!conversations.shelf.trashedOne(id)) void late.rewinds?.forget(id).catch(() => {})
      late.metrics?.sourcesChanged()
    },
    onTurn: (conversation, turn) => {
      late.lookup?.turnEnded(conversation.id, turn)
      late.metrics?.turnEnded(conversation, turn)
    },
    onRead: (conversation, changed) => {
      const moved = late.owners?.note(conversation) ?? []
      if (moved.length > 0) late.library?.changed(moved)
      if (!changed) return
      const { id } = conversation
      late.pool?.conversationChanged(id)
      late.library?.changed([id])
      late.search?.touch(id)
      late.metrics?.sourcesChanged()
    },
    onOpenWork: async (id) => {
      await late.pool?.takeUp(id)
    },
    onNews: (id, messages) => late.pool?.saidElsewhere(id, messages),
    disk: watch.disk,
    log,
  })
  closers.push(() => conversations.close())
  const owners = new SessionOwners(conversations.sessions())
  late.owners = owners
  return { conversations, owners }
}

/** Claude Code on this machine, with the demo model behind it where that is asked for or nobody is signed in. */
export async function openClaude(
  { options, closers, settings, log, late }: Ground,
  references: References,
): Promise<{ claude: Claude; demo: boolean; reaped: number }> {
  const { home, env } = options
  let demo: DemoModel | null = null
  const claude = new Claude({
    configuredPath: () => settings.current().claudePath,
    passEnvironment: () => settings.current().passEnvironment,
    env,
    dataFolder: home,
    references: { resolve: (config) => references.resolve(config), mask: (text) => references.mask(text) },
    demo: () => (demo ? { baseUrl: demo.url, home: join(home, 'demo') } : null),
    log,
  })
  late.claude = claude
  closers.push(() => claude.close())
  // Before somebody needs it, and after those who wait for the app to be there.
  const soon = setTimeout(() => void agentSdk(), loadSdkMs)
  closers.push(() => clearTimeout(soon))
  const reaped = await claude.reap()
  if (options.demo || settings.current().demo || !(await claude.login()).loggedIn) {
    demo = await startDemoModel()
    const model = demo
    closers.push(() => model.close())
    await ensureSampleFolder(join(home, 'demo'))
  }
  return { claude, demo: demo !== null, reaped }
}

/** Our copies of Claude Code's own history. */
export async function openHistory({ options, closers, events, log, late, watch }: Ground, owners: SessionOwners): Promise<Vault> {
  const { home, env } = options
  const config = configFolder(childEnvironment({ env, own: {}, demo: null, marker: 'none' }))
  const vault = await openVault({ home, config, owners, events, watch, onChange: () => late.metrics?.sourcesChanged(), log })
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
    look: () => lookAt(late.pool),
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

/** What is found by its id. To be opened before turns of the last run get their end. */
export function openLookup({ options, closers, late, watch }: Ground, conversations: ConversationStore): Lookup {
  const tasks = () => {
    if (!late.pool) throw new Error('The pool is not open yet.')
    return late.pool.tasks
  }
  const lookup = new Lookup({ path: join(options.home, 'lookup.sqlite'), conversations, tasks, problems: watch.problems })
  late.lookup = lookup
  closers.push(() => lookup.close())
  return lookup
}

/** What was decided about tools until it is revoked. */
export async function openRules({ options: { home }, closers, events, watch }: Ground): Promise<RuleBook> {
  const rules = await RuleBook.open({
    home,
    watch,
    onRule: (rule) => events.publish((seq) => ({ type: 'rule', seq, rule })),
    onRemoved: (id) => events.publish((seq) => ({ type: 'rule-removed', seq, id })),
  })
  closers.push(() => rules.close())
  return rules
}

export type PoolParts = {
  conversations: ConversationStore
  claude: Claude
  vault: Vault
  metrics: Metrics
  rules: RuleBook
  launch: LaunchSetup
  work: PoolDeps['work']
  demo: boolean
  worktreeOf: PoolDeps['worktreeOf']
  unprepared: PoolDeps['unprepared']
  follow: PoolDeps['follow']
}

/** The instances, their processes and the queue. */
export async function openPool(
  { options, closers, events, settings, log, late, watch }: Ground,
  parts: PoolParts,
): Promise<{ pool: Pool; accounts: AccountBook }> {
  const { home } = options
  const { conversations, claude, vault, metrics, rules, launch, work } = parts
  const remembered = await RememberedCalls.open({ home, watch })
  late.remembered = remembered
  const clock = new AwakeClock()
  closers.push(() => clock.close())
  const inherited = () => claude.inherited()
  const file = await JsonStore.open({
    path: join(home, 'instances.json'),
    schema: instanceFileSchema,
    fallback: instanceFileSchema.parse({}),
    holds: 'your instances',
    watch,
    onChange: (instances) => void followInstances(vault, instances, inherited, log),
  })
  await followInstances(vault, file.current(), inherited, log)
  const accounts = new AccountBook({
    file: await JsonStore.open({
      path: join(home, 'accounts.json'),
      schema: accountFileSchema,
      fallback: accountFileSchema.parse({}),
      holds: 'what it knew of your accounts',
      watch,
    }),
    base: parts.demo ? 'demo' : 'own',
    instances: () => late.pool?.instances.list() ?? [],
    onChange: (items) => events.publish((seq) => ({ type: 'accounts', seq, accounts: items })),
  })
  const pool = await Pool.open({
    worktreeOf: parts.worktreeOf,
    unprepared: parts.unprepared,
    follow: parts.follow,
    models: accounts,
    accounts,
    file,
    policy: await JsonStore.open({
      path: join(home, 'pool.json'),
      schema: poolPolicySchema,
      fallback: poolPolicySchema.parse({}),
      holds: 'your pool settings',
      watch,
    }),
    affinity: await JsonStore.open({
      path: join(home, 'affinity.json'),
      schema: affinityFileSchema,
      fallback: affinityFileSchema.parse({}),
      holds: 'what it knew of which instance works for whom',
      watch,
    }),
    openQueue: (kept) => TaskLog.open(join(home, 'tasks.jsonl'), kept, watch),
    conversations,
    standing: new Standing(rules, remembered),
    events,
    expand: launch.expand,
    checkConfig: launch.check,
    start: (config, listener, signal) => claude.launch(config, listener, signal),
    park: (config, listener) => claude.park(config, listener),
    clock,
    locateClaude: () => claude.locate(),
    sessionHas: async (sessionId, cwd, uuid) => {
      const copy = vault.fileOf(sessionId)
      // What the vault has is put back before the session goes on.
      return (await claude.sessionHas(sessionId, cwd, uuid)) || (copy !== null && (await transcriptHas(copy.path, uuid, copy)))
    },
    savePlan: (file, text) => claude.savePlan(file, text),
    bringBack: (sessionId) => vault.bringBack(sessionId),
    copySession: (sessionId, cwd, upTo) => claude.copySession(sessionId, cwd, upTo),
    work,
    stallSeconds: () => settings.current().stallSeconds,
    goOnAfterLimit: () => settings.current().goOnAfterLimit,
    onTasks: (tasks) => {
      metrics.tasksChanged(tasks)
      for (const task of tasks) late.lookup?.taskChanged(task)
    },
    onMessageOver: (message) => late.lookup?.messageOver(message),
    onCrash: (crash) => metrics.crashed(crash),
    onInstance: (id) => late.completion?.commands.noticed(id),
    onCommands: (id) => void late.completion?.commands.refresh(id),
    checkBudget: (conversationId, instanceId) => metrics.budgets.check(conversationId, instanceId),
    holds: (instanceId, conversationIds) => metrics.budgets.holds(instanceId, conversationIds),
  })
  late.pool = pool
  closers.push(
    settings.onChange(
      () => void pool.goingOn.followSettings().catch((err: unknown) => log.warn({ err }, 'a setting could not be followed')),
    ),
  )
  closers.push(() => pool.close())
  return { pool, accounts }
}

/** What is offered for `/` and `@` while somebody writes. */
export function openCompletion({ options, closers, events, log, late, watch }: Ground, { instances }: Pool): Completion {
  const completion = new Completion({
    folder: options.home,
    instances,
    onCommands: (instanceId) => events.publish((seq) => ({ type: 'commands', seq, instanceId })),
    log,
    problems: watch.problems,
  })
  late.completion = completion
  closers.push(() => completion.close())
  return completion
}

/** The index over everything that was said. */
export function openSearch(
  { options, closers, log, late, watch }: Ground,
  conversations: ConversationStore,
  vault: Vault,
  pool: Pool,
): Search {
  const sources = new SearchSources(conversations, vault)
  const search = Search.open({
    folder: options.home,
    log,
    problems: watch.problems,
    ready: Promise.all([vault.ready, conversations.settled()]),
    sources: () => sources.all(),
    source: (key) => sources.one(key),
    isHeld: (sessionId) => sources.isHeld(sessionId),
    instances: () => pool.instances.list(),
    conversationsOf: async (pair) => idsOfPair(await conversations.allHeads(), pair),
  })
  late.search = search
  closers.push(() => search.close(), sources.follow(search))
  return search
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
function lookAt(pool: Pool | undefined): ReturnType<MetricsOptions['look']> {
  if (!pool) return { queued: 0, spares: 0, instances: [] }
  const { queued, sparesReady } = pool.policies.status()
  const instances = pool.instances.list().map(({ id, name, state, process: held }) => ({
    id,
    name,
    state,
    memoryMb: held?.memoryMb ?? null,
    cpuPercent: held?.cpuPercent ?? null,
  }))
  return { queued, spares: sparesReady, instances }
}
