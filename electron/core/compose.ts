import { join } from 'node:path'
import { startDemoModel, type DemoModel } from '../demo/demo-model.ts'
import { ensureSampleFolder } from '../demo/sample-folder.ts'
import { agentSdk } from './claude/agent-sdk.ts'
import { Claude } from './claude/claude.ts'
import { idsOfPair } from './conversations/conversation-list.ts'
import { ConversationStore } from './conversations/conversation-store.ts'
import { SessionOwners } from './conversations/session-owners.ts'
import { Completion } from './completion/completion.ts'
import { Lookup } from './lookup/lookup.ts'
import type { Pool } from './pool/pool.ts'
import { RuleBook } from './rules/rule-book.ts'
import type { References } from './secrets/references.ts'
import { Search } from './search/search.ts'
import { SearchSources } from './search/search-sources.ts'
import type { Vault } from './vault/vault.ts'
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
