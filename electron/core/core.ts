import { join } from 'node:path'
import { toAppError } from '../../shared/app-error.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { AccountBook } from './account/account-book.ts'
import { Asides } from './asides/asides.ts'
import type { Changes } from './changes/changes.ts'
import type { Completion } from './completion/completion.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { Drafts } from './drafts/drafts.ts'
import type { EventLog } from './events/event-log.ts'
import type { Git } from './git/git.ts'
import { HealthService } from './health.ts'
import { Library } from './library/library.ts'
import type { Log } from './log.ts'
import type { Lookup } from './lookup/lookup.ts'
import type { Metrics } from './metrics/metrics.ts'
import { openClaude, openCompletion, openConversations, openLookup, openRules, openSearch } from './compose.ts'
import { openFigures, openHistory } from './compose-history.ts'
import { openPool } from './compose-pool.ts'
import { openNamed, openSetup, type Setup } from './compose-setup.ts'
import { openWorktrees } from './compose-worktrees.ts'
import { openChanges, openOpeners } from './compose-changes.ts'
import { recoverCommits } from './changes/commit-recovery.ts'
import { recoverRewinds } from './changes/rewind-recovery.ts'
import { openRecipes } from './compose-recipes.ts'
import { openRewinds } from './compose-rewinds.ts'
import { openRuns } from './compose-runs.ts'
import { openTopics } from './compose-topics.ts'
import { openTriggers } from './compose-triggers.ts'
import { openWriting } from './compose-writing.ts'
import { openFiles } from './compose-files.ts'
import { openGround, type Closer, type CoreOptions } from './ground.ts'
import type { Openers } from './openers/openers.ts'
import type { Pool } from './pool/pool.ts'
import type { PoolDeps } from './pool/pool-deps.ts'
import type { Pins } from './pins/pins.ts'
import { recoverBackground, recoverTurns } from './pool/recovery.ts'
import type { SavedPrompts } from './prompts/saved-prompts.ts'
import type { RecipeBook } from './recipes/recipe-book.ts'
import type { Rewinds } from './changes/rewinds.ts'
import type { RuleBook } from './rules/rule-book.ts'
import type { Runs } from './runs/runs.ts'
import type { Search } from './search/search.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { ShellRuns } from './shell/shell-runs.ts'
import type { Snapshots } from './snapshots/snapshots.ts'
import type { DataFolderLock } from './storage/data-folder.ts'
import type { StoreWatch } from './storage/json-store.ts'
import type { Topics } from './topics/topics.ts'
import { Transfers } from './transfer/transfers.ts'
import type { Triggers } from './triggers/triggers.ts'
import type { Vault } from './vault/vault.ts'
import type { Workspaces } from './workspace/workspaces.ts'
import { MovedWorktrees } from './worktrees/moved-worktrees.ts'
import { WorktreeBook } from './worktrees/worktree-book.ts'
import type { Worktrees } from './worktrees/worktrees.ts'

export type { CoreOptions }

/** Everything the app does, built once in order and closed in reverse. */
export class Core {
  readonly pool: Pool
  readonly conversations: ConversationStore
  readonly library: Library
  readonly rules: RuleBook
  readonly search: Search
  /** What is offered for `/` and `@`. */
  readonly completion: Completion
  /** Turns, tasks and batches by their ids. */
  readonly lookup: Lookup
  readonly settings: SettingsStore
  /** What is known of the accounts that instances work for. */
  readonly accounts: AccountBook
  readonly health: HealthService
  readonly metrics: Metrics
  /** What is written and not sent. */
  readonly drafts: Drafts
  /** Prompts to use again. */
  readonly prompts: SavedPrompts
  /** What is kept at the top of the sidebar. */
  readonly pins: Pins
  /** The user's own git. */
  readonly git: Git
  /** Folders as they were before and after each turn. */
  readonly snapshots: Snapshots
  /** Saved MCP servers, profiles and secrets. */
  readonly setup: Setup
  /** What conversations change in their folders. */
  readonly changes: Changes
  /** Programs of the machine's that show files and folders. */
  readonly openers: Openers
  /** Commands of the user's own. */
  readonly shell: ShellRuns
  /** What runs are made from. */
  readonly recipes: RecipeBook
  /** Pieces of work of several turns. */
  readonly runs: Runs
  /** Named lines of messages, and who takes from them. */
  readonly topics: Topics
  /** What starts runs by itself. */
  readonly triggers: Triggers
  readonly transfers: Transfers
  /** Side questions about conversations. */
  readonly asides: Asides
  /** What windows show. */
  readonly workspaces: Workspaces
  readonly vault: Vault
  /** Going back to before a message, and taking changes back. */
  readonly rewinds: Rewinds
  /** Worktrees that instances work in. */
  readonly worktrees: Worktrees
  readonly events: EventLog<PoolEvent>
  readonly log: Log
  readonly watch: StoreWatch
  readonly lock: DataFolderLock
  readonly #closers: Closer[]
  #closing: Promise<void> | null = null

  private constructor(parts: Omit<Core, 'close'>, closers: Closer[]) {
    this.pool = parts.pool
    this.conversations = parts.conversations
    this.library = parts.library
    this.rules = parts.rules
    this.search = parts.search
    this.completion = parts.completion
    this.lookup = parts.lookup
    this.settings = parts.settings
    this.accounts = parts.accounts
    this.health = parts.health
    this.metrics = parts.metrics
    this.drafts = parts.drafts
    this.prompts = parts.prompts
    this.pins = parts.pins
    this.changes = parts.changes
    this.openers = parts.openers
    this.shell = parts.shell
    this.git = parts.git
    this.snapshots = parts.snapshots
    this.setup = parts.setup
    this.recipes = parts.recipes
    this.runs = parts.runs
    this.topics = parts.topics
    this.triggers = parts.triggers
    this.transfers = parts.transfers
    this.asides = parts.asides
    this.workspaces = parts.workspaces
    this.vault = parts.vault
    this.rewinds = parts.rewinds
    this.worktrees = parts.worktrees
    this.events = parts.events
    this.log = parts.log
    this.watch = parts.watch
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
  const ground = await openGround(options, closers)
  const { lock, log, watch, events, settings, late } = ground
  const { conversations, owners } = await openConversations(ground)
  const lookup = openLookup(ground, conversations)
  const named = await openNamed(ground)
  const { claude, demo, reaped } = await openClaude(ground, named.references)
  const vault = await openHistory(ground, { conversations, owners })
  const transfers = await Transfers.open({
    folder: options.home,
    conversations,
    vault,
    ownerOf: (sessionId) => owners.of(sessionId),
    claudeHas: (sessionId) => claude.hasSession(sessionId),
    onTaken: () => late.metrics?.sourcesChanged(),
    log,
  })
  closers.push(() => transfers.close())
  const recovered = await recoverTurns(conversations)
  await recoverBackground(conversations)
  if (recovered.length > 0) log.info({ turns: recovered.length }, 'turns were cut off by the end of the last run')
  const metrics = await openFigures(ground, conversations, vault)
  const health = new HealthService({
    claude,
    version: options.version,
    shell: options.shell,
    demo,
    dataFolder: options.home,
    reaped,
    watch,
    onChange: (value) => events.publish((seq) => ({ type: 'health', seq, health: value })),
  })
  late.health = health
  closers.push(() => health.close())
  const rules = await openRules(ground)
  const book = await WorktreeBook.open({ home: options.home, watch })
  const worktreeOf: PoolDeps['worktreeOf'] = (id, cwd) => book.shown(id, cwd)
  const { git, snapshots, work } = openFiles(ground, { claude, conversations })
  const moved = new MovedWorktrees({ git, book, pool: () => late.pool, log })
  await recoverCommits(join(options.home, 'changes'), git, log)
  await recoverRewinds(options.home, { conversations, snapshots, log })
  const { pool, accounts } = await openPool(ground, {
    conversations,
    claude,
    vault,
    metrics,
    rules,
    launch: named.launch,
    work,
    demo,
    worktreeOf,
    unprepared: (id, cwd) => book.hindrance(id, cwd),
    follow: async (cwd) => (await moved.follow(cwd)).folder,
  })
  const setup = await openSetup(ground, named, { claude, pool })
  const library = new Library({ conversations, moves: pool.moves, sessions: vault, events, log })
  late.library = library
  closers.push(
    () => library.close(),
    vault.onChange((sessionIds) => library.changed(sessionIds)),
  )
  const completion = openCompletion(ground, pool)
  const search = openSearch(ground, conversations, vault, pool)
  const asides = new Asides({
    conversations,
    claude,
    pool,
    bringBack: (sessionId) => vault.bringBack(sessionId),
    onTurn: (id, conversation, turn) => metrics.asideEnded(id, conversation, turn),
    checkBudget: (conversationId, instanceId) => metrics.budgets.check(conversationId, instanceId),
  })
  closers.push(() => asides.close())
  const writing = await openWriting(ground, { conversations, claude, pool })
  const rewinds = openRewinds(ground, { conversations, snapshots, git, pool, drafts: writing.drafts })
  const worktrees = openWorktrees(ground, { conversations, claude, git, book, pool, moved })
  void snapshots.settle()
  const fileParts = { conversations, claude, pool, git, snapshots, rewinds, asides }
  const openers = openOpeners(ground, fileParts)
  const changes = openChanges(ground, fileParts)
  const recipes = openRecipes(ground)
  const topics = await openTopics(ground, { conversations, pool, lookup })
  const runs = await openRuns(ground, { conversations, pool, lookup, recipes })
  const triggers = await openTriggers(ground, { runs, recipes, git })
  log.info({ version: options.version, home: options.home, demo, reaped }, 'open')
  return {
    ...writing,
    git,
    snapshots,
    setup,
    asides,
    changes,
    openers,
    pool,
    rules,
    accounts,
    library,
    conversations,
    lookup,
    search,
    completion,
    recipes,
    runs,
    topics,
    triggers,
    transfers,
    vault,
    rewinds,
    worktrees,
    settings,
    health,
    metrics,
    events,
    log,
    watch,
    lock,
  }
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
