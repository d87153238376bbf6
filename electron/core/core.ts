import { join } from 'node:path'
import { toAppError } from '../../shared/app-error.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import { startDemoModel, type DemoModel } from '../demo/demo-model.ts'
import { ensureSampleFolder } from '../demo/sample-folder.ts'
import { AwakeClock } from './clock/awake-clock.ts'
import { Claude } from './claude/claude.ts'
import { childEnvironment } from './claude/environment.ts'
import { configFolder } from './claude/login.ts'
import { transcriptHas } from './claude/session-files.ts'
import { ConversationStore } from './conversations/conversation-store.ts'
import { SessionOwners } from './conversations/session-owners.ts'
import { EventLog } from './events/event-log.ts'
import { HealthService } from './health.ts'
import { Library } from './library/library.ts'
import { LogFile, type Log } from './log.ts'
import type { Metrics, MetricsOptions } from './metrics/metrics.ts'
import type { SessionSource } from './metrics/vault-turns.ts'
import { openMetrics } from './metrics/open-metrics.ts'
import { affinityFileSchema } from './pool/affinity.ts'
import { instanceFileSchema } from './pool/instance-file.ts'
import { Pool } from './pool/pool.ts'
import { WorkLog } from './pool/queue/work-log.ts'
import { recoverTurns } from './pool/recovery.ts'
import { Search } from './search/search.ts'
import { SearchSources } from './search/search-sources.ts'
import { SettingsStore } from './settings/settings-store.ts'
import { acquireDataFolder, type DataFolderLock } from './storage/data-folder.ts'
import { JsonStore } from './storage/json-store.ts'
import { Transfers } from './transfer/transfers.ts'
import { followInstances, openVault } from './vault/open-vault.ts'
import type { Vault } from './vault/vault.ts'

export type CoreOptions = {
  /** The data folder; created when missing. */
  home: string
  shell: 'desktop' | 'web'
  /** Asks for the demo model; it is also used when nobody is signed in. */
  demo: boolean
  env: NodeJS.ProcessEnv
  version: string
}

type Closer = () => void | Promise<void>

/** Everything the app does, built once in order and closed in reverse. */
export class Core {
  readonly pool: Pool
  readonly conversations: ConversationStore
  readonly library: Library
  readonly search: Search
  readonly settings: SettingsStore
  readonly health: HealthService
  readonly metrics: Metrics
  readonly transfers: Transfers
  readonly vault: Vault
  readonly events: EventLog<PoolEvent>
  readonly log: Log
  readonly lock: DataFolderLock
  readonly #closers: Closer[]
  #closing: Promise<void> | null = null

  private constructor(parts: Omit<Core, 'close'>, closers: Closer[]) {
    this.pool = parts.pool
    this.conversations = parts.conversations
    this.library = parts.library
    this.search = parts.search
    this.settings = parts.settings
    this.health = parts.health
    this.metrics = parts.metrics
    this.transfers = parts.transfers
    this.vault = parts.vault
    this.events = parts.events
    this.log = parts.log
    this.lock = parts.lock
    this.#closers = closers
  }

  /** Builds the core on a data folder. Throws an AppError that says what is wrong with it; nothing is left running then. */
  static async open(options: CoreOptions): Promise<Core> {
    const closers: Closer[] = []
    try {
      return new Core(await build(options, closers), closers)
    } catch (thrown) {
      await closeAll(closers)
      throw thrown
    }
  }

  /** Ends every process and closes every file. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= closeAll(this.#closers)
    return this.#closing
  }
}

async function build(options: CoreOptions, closers: Closer[]): Promise<Omit<Core, 'close'>> {
  const { home, env } = options
  const lock = await acquireDataFolder(home)
  closers.push(() => lock.release())
  const logFile = new LogFile(home, env['BULLPEN_LOG'] ?? 'info')
  closers.push(() => logFile.close())
  const log = logFile.logger
  const events = new EventLog<PoolEvent>({ sync: (seq) => ({ type: 'sync', seq }), maxEvents: 2_000 })
  closers.push(() => events.close())

  const settings = await SettingsStore.open({ folder: home })
  closers.push(settings.onChange((value) => events.publish((seq) => ({ type: 'settings', seq, settings: value }))))
  // These are told of things before they are there: what opens first feeds what opens later.
  const late: { pool?: Pool; library?: Library; health?: HealthService; metrics?: Metrics; search?: Search; owners?: SessionOwners } = {}
  const conversations = await ConversationStore.open({
    folder: home,
    onChange: (conversation) => {
      const { id } = conversation
      const moved = late.owners?.note(conversation) ?? []
      late.pool?.conversationChanged(id)
      late.library?.changed([id, ...moved])
      late.search?.touch(id)
    },
    onRemove: (id) => {
      const moved = (conversations.trashedOne(id) ? late.owners?.trash(id) : late.owners?.drop(id)) ?? []
      late.library?.changed([id, ...moved])
      late.search?.remove(id)
      late.metrics?.sourcesChanged()
    },
    onTurn: (conversation, turn) => late.metrics?.turnEnded(conversation, turn),
    onStorage: (error) => void late.health?.storage(error),
    log,
  })
  closers.push(() => conversations.close())
  const owners = new SessionOwners(
    conversations.heads(),
    conversations.trashed().map(({ conversation }) => conversation),
  )
  late.owners = owners

  let demo: DemoModel | null = null
  const claude = new Claude({
    configuredPath: () => settings.current().claudePath,
    env,
    dataFolder: home,
    demo: () => (demo ? { baseUrl: demo.url, home: join(home, 'demo') } : null),
    log,
  })
  closers.push(() => claude.close())
  const reaped = await claude.reap()
  if (options.demo || settings.current().demo || !(await claude.login()).loggedIn) {
    demo = await startDemoModel()
    const model = demo
    closers.push(() => model.close())
    await ensureSampleFolder(join(home, 'demo'))
  }

  const config = configFolder(childEnvironment({ env, own: {}, demo: null, marker: 'none' }))
  const vault = await openVault({ home, config, owners, events, onChange: () => late.metrics?.sourcesChanged(), log })
  closers.push(() => vault.close())
  const transfers = await Transfers.open({
    folder: home,
    conversations,
    vault,
    claudeHas: (sessionId) => claude.hasSession(sessionId),
    onTaken: () => late.metrics?.sourcesChanged(),
    log,
  })
  closers.push(() => transfers.close())

  let vaultIsRead = false
  void vault.ready.then(() => {
    vaultIsRead = true
    late.metrics?.sourcesChanged()
  })

  const recovered = await recoverTurns(conversations)
  if (recovered.length > 0) log.info({ turns: recovered.length }, 'turns were cut off by the end of the last run')
  // Before the pool, so that it closes after it: ending turns are counted too.
  const { metrics, follow, close } = await openMetrics({
    home,
    conversations,
    look: () => lookAt(late.pool),
    sessions: () => (vaultIsRead ? sessionsOf(vault) : Promise.resolve(null)),
    instanceName: (id) => late.pool?.instances.list().find((instance) => instance.id === id)?.name,
    onNotice: (notice) => late.pool?.notice(notice),
    onBudgets: () => late.pool?.goOn(),
    scrapePort: () => (options.shell === 'desktop' && settings.current().prometheus === true ? settings.current().prometheusPort : null),
    version: options.version,
    log,
  })
  late.metrics = metrics
  closers.push(settings.onChange(follow), close)
  const health = new HealthService({
    claude,
    version: options.version,
    shell: options.shell,
    demo: demo !== null,
    dataFolder: home,
    reaped,
    onChange: (value) => events.publish((seq) => ({ type: 'health', seq, health: value })),
  })
  late.health = health
  closers.push(() => health.close())

  const clock = new AwakeClock()
  closers.push(() => clock.close())
  const file = await JsonStore.open({
    path: join(home, 'instances.json'),
    schema: instanceFileSchema,
    fallback: instanceFileSchema.parse({}),
    onChange: (instances) => void followInstances(vault, instances, log),
  })
  await followInstances(vault, file.current(), log)
  const pool = await Pool.open({
    file,
    policy: await JsonStore.open({ path: join(home, 'pool.json'), schema: poolPolicySchema, fallback: poolPolicySchema.parse({}) }),
    affinity: await JsonStore.open({
      path: join(home, 'affinity.json'),
      schema: affinityFileSchema,
      fallback: affinityFileSchema.parse({}),
    }),
    openQueue: (kept) => WorkLog.open(join(home, 'tasks.jsonl'), kept),
    conversations,
    events,
    start: (config, listener, signal) => claude.launch(config, listener, signal),
    park: (config, listener) => claude.park(config, listener),
    clock,
    locateClaude: () => claude.locate(),
    sessionHas: async (sessionId, cwd, uuid) => {
      const copy = vault.fileOf(sessionId)
      // What the vault has is put back before the session goes on.
      return (await claude.sessionHas(sessionId, cwd, uuid)) || (copy !== null && (await transcriptHas(copy.path, uuid, copy)))
    },
    bringBack: (sessionId) => vault.bringBack(sessionId),
    stallSeconds: () => settings.current().stallSeconds,
    onCrash: (crash) => metrics.crashed(crash),
    admit: (conversationId, instanceId) => metrics.budgets.admit(conversationId, instanceId),
    holds: (instanceId, conversationIds) => metrics.budgets.holds(instanceId, conversationIds),
  })
  late.pool = pool
  closers.push(() => pool.close())
  const library = new Library({ conversations, moves: pool.moves, sessions: vault, events, log })
  late.library = library
  closers.push(
    () => library.close(),
    vault.onChange((sessionIds) => library.changed(sessionIds)),
  )
  const searched = new SearchSources(conversations, vault)
  const search = openSearch(home, searched, vault, pool, log)
  late.search = search
  closers.push(() => search.close(), searched.follow(search))
  log.info({ version: options.version, home, demo: demo !== null, reaped }, 'open')
  return { pool, library, conversations, search, transfers, vault, settings, health, metrics, events, log, lock }
}

function openSearch(folder: string, sources: SearchSources, vault: Vault, pool: Pool, log: Log): Search {
  return Search.open({
    folder,
    log,
    ready: vault.ready,
    sources: () => sources.all(),
    source: (key) => sources.one(key),
    instances: () => pool.instances.list(),
  })
}

/** What the metrics read of the vault, in slices. The demo model's history costs nobody anything. */
async function sessionsOf(vault: Vault): Promise<SessionSource[]> {
  const found: SessionSource[] = []
  for (const [index, { sessionId, source, createdAt, updatedAt, bytes, parentSessionId }] of vault.sessions().entries()) {
    if (index % 500 === 499) await new Promise((resolve) => setImmediate(resolve))
    if (source === 'demo') continue
    const files = vault.filesOf(sessionId)
    const signature = [updatedAt, bytes, ...files.map((file) => file.bytes)].join(' ')
    found.push({ sessionId, signature, createdAt, parentSessionId, files })
  }
  return found
}

/** What the metrics see of the pool. */
function lookAt(pool: Pool | undefined): ReturnType<MetricsOptions['look']> {
  if (!pool) return { queued: 0, spares: 0, instances: [] }
  const { queued, sparesReady } = pool.keeper.status()
  const instances = pool.instances.list().map(({ id, name, state, process: held }) => ({
    id,
    name,
    state,
    memoryMb: held?.memoryMb ?? null,
    cpuPercent: held?.cpuPercent ?? null,
  }))
  return { queued, spares: sparesReady, instances }
}

/** Closes in reverse order; one that fails does not keep the others open. */
async function closeAll(closers: Closer[]): Promise<void> {
  for (const close of closers.toReversed()) {
    try {
      await close()
    } catch (thrown) {
      process.stderr.write(`Bullpen: while closing: ${toAppError(thrown).message}\n`)
    }
  }
}
