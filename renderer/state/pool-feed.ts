import { getEventMeta } from '@orpc/client'
import { changedRequest, withParts } from '../../shared/domain/asked-call.ts'
import { poolEventSchema, type Notice, type PoolEvent } from '../../shared/domain/event.ts'
import type { Connection } from '../connection/client.ts'
import { changesChanged } from './changes-news.ts'
import { drafts } from './drafts.ts'
import { promptsChanged } from './prompt-store.ts'
import { recipesChanged } from './recipe-store.ts'
import { openRunStates } from './run-lists.ts'
import { setupChanged } from './setup-store.ts'
import { shellChanged } from './shell-store.ts'
import { triggersChanged } from './triggers-store.ts'
import { topicsChanged } from './topics-store.ts'
import { ChangeBatch, reduceAll } from './pool-batch.ts'
import { byId, usePool } from './pool-store.ts'

const pageSize = 200
const retryMs = 500
const changes = new ChangeBatch<PoolEvent>((events) => usePool.setState((state) => reduceAll(state, events)))

/** Keeps the store at what the core says, for as long as the page lives: lists first, then every change. */
export function startPoolFeed(connection: Connection, onNotice: (notice: Notice) => void): void {
  connection.onState((state) => usePool.setState({ connection: state }))
  usePool.setState({ connection: connection.state() })
  void follow(connection, onNotice)
}

/** Fetches the next older conversations. */
export async function loadOlderConversations({ client }: Connection): Promise<void> {
  const { olderConversations: cursor } = usePool.getState()
  if (cursor === null) return
  const page = await client.conversations.list({ state: 'all', limit: pageSize, cursor })
  usePool.setState((state) => ({
    // What came by event meanwhile is newer than this page.
    conversations: new Map([...byId(page.items), ...state.conversations]),
    olderConversations: page.nextCursor,
  }))
}

async function follow(connection: Connection, onNotice: (notice: Notice) => void): Promise<never> {
  let lastEventId: string | undefined
  for (;;) {
    await connection.opened()
    try {
      const stream = await connection.client.system.events(undefined, { lastEventId })
      for await (const raw of stream) {
        const parsed = poolEventSchema.safeParse(raw)
        lastEventId = getEventMeta(raw)?.id ?? lastEventId
        if (parsed.success) await take(connection, changedRequest(parsed.data, withParts), onNotice)
      }
    } catch {
      // The connection went; where it cannot be opened again, its state says so.
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

async function take(connection: Connection, event: PoolEvent, onNotice: (notice: Notice) => void): Promise<void> {
  triggersChanged(event)
  topicsChanged(event)
  if (event.type === 'sync') {
    changes.clear()
    drafts.readAll()
    promptsChanged()
    recipesChanged()
    changesChanged(null)
    setupChanged()
    return loadLists(connection)
  }
  if (event.type === 'draft') drafts.changed(event)
  if (event.type === 'prompts') promptsChanged()
  if (event.type === 'recipes') recipesChanged()
  if (event.type === 'setup') setupChanged()
  if (event.type === 'shell') shellChanged(event.conversationId, event.runs)
  if (event.type === 'changes') changesChanged(event.conversationId)
  if (event.type === 'notice') onNotice(event.notice)
  changes.add(event)
  return undefined
}

async function loadLists({ client }: Connection): Promise<void> {
  const [instances, approvals, conversations, settings, rules, health, pool, queue, accounts, pins, runs] = await Promise.all([
    client.instances.list(),
    client.approvals.list(),
    client.conversations.list({ state: 'all', limit: pageSize }),
    client.settings.get(),
    client.rules.list(),
    client.system.health(),
    client.pool.status(),
    client.tasks.queue(),
    client.system.limits(),
    client.pins.list(),
    client.runs.list({ state: [...openRunStates], nested: true, limit: 500 }),
  ])
  usePool.setState({
    loaded: true,
    instances: byId(instances.items),
    approvals: byId(approvals.items),
    conversations: byId(conversations.items),
    olderConversations: conversations.nextCursor,
    settings,
    rules: byId(rules.items),
    health,
    accounts: accounts.items,
    pins: pins.items,
    runs: byId(runs.items),
    pool,
    queue,
  })
}
