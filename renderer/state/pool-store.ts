import { create } from 'zustand'
import type { Account } from '../../shared/domain/account.ts'
import type { Approval } from '../../shared/domain/approval.ts'
import type { Conversation } from '../../shared/domain/conversation.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Health } from '../../shared/domain/health.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import type { Pin } from '../../shared/domain/pin.ts'
import type { ShownRule } from '../../shared/domain/rule.ts'
import type { PoolStatus } from '../../shared/domain/pool.ts'
import type { QueueStatus } from '../../shared/domain/task.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { VaultStatus } from '../../shared/domain/vault.ts'
import { withRuns } from './run-lists.ts'
import type { ConnectionState } from '../connection/client.ts'

/** What the core has told about itself: nothing here is made up by the page. */
export type PoolState = {
  connection: ConnectionState
  /** False until the first lists are there. */
  loaded: boolean
  instances: ReadonlyMap<string, Instance>
  conversations: ReadonlyMap<string, Conversation>
  /** Where the next older conversations are; null when all are here. */
  olderConversations: string | null
  approvals: ReadonlyMap<string, Approval>
  settings: Settings | null
  /** What was decided about tools until it is revoked. */
  rules: ReadonlyMap<string, ShownRule>
  health: Health | null
  /** The accounts that instances work for; empty before they were heard of. */
  accounts: readonly Account[]
  pool: PoolStatus | null
  /** Status of the vault; null until it has changed for the first time. */
  vault: VaultStatus | null
  /** Of the library's list, as the core said last. */
  libraryRevision: number
  /** How often the commands of an instance have changed since the page was opened. */
  commandChanges: ReadonlyMap<string, number>
  /** Those that have not ended, and those that were told of since the page was opened. */
  runs: ReadonlyMap<string, RunSummary>
  /** The first pinned first. */
  pins: readonly Pin[]
  /** The queue as a whole; its tasks are asked for where they are shown. */
  queue: QueueStatus | null
}

export const emptyPool: PoolState = {
  connection: 'connecting',
  loaded: false,
  instances: new Map(),
  conversations: new Map(),
  olderConversations: null,
  approvals: new Map(),
  settings: null,
  rules: new Map(),
  health: null,
  accounts: [],
  pool: null,
  vault: null,
  libraryRevision: 0,
  commandChanges: new Map(),
  runs: new Map(),
  pins: [],
  queue: null,
}

export const usePool = create<PoolState>(() => emptyPool)

/** The state after an event. `sync`, notices and single tasks change nothing here. */
export function reducePool(state: PoolState, event: PoolEvent): PoolState {
  switch (event.type) {
    case 'instance':
      return { ...state, instances: withEntry(state.instances, event.instance) }
    case 'instance-removed':
      return { ...state, instances: without(state.instances, event.id) }
    case 'conversation':
      return { ...state, conversations: withEntry(state.conversations, event.conversation) }
    case 'conversation-removed':
      return { ...state, conversations: without(state.conversations, event.id) }
    case 'approval':
      return {
        ...state,
        approvals: event.outcome === 'waiting' ? withEntry(state.approvals, event.approval) : without(state.approvals, event.approval.id),
      }
    case 'settings':
      return { ...state, settings: event.settings }
    case 'rule':
      return { ...state, rules: withEntry(state.rules, event.rule) }
    case 'rule-removed':
      return { ...state, rules: without(state.rules, event.id) }
    case 'pool':
      return { ...state, pool: event.pool }
    case 'accounts':
      return { ...state, accounts: event.accounts }
    case 'health':
      return { ...state, health: event.health }
    case 'vault':
      return { ...state, vault: event.vault }
    case 'library':
      return { ...state, libraryRevision: event.revision }
    case 'queue':
      return { ...state, queue: event.queue }
    case 'run':
      return { ...state, runs: withRuns(state.runs, [event.run]) }
    case 'run-removed':
      return { ...state, runs: without(state.runs, event.id) }
    case 'pins':
      return { ...state, pins: event.pins }
    case 'commands': {
      const changes = new Map(state.commandChanges)
      return { ...state, commandChanges: changes.set(event.instanceId, (changes.get(event.instanceId) ?? 0) + 1) }
    }
    case 'sync':
    case 'notice':
    case 'task':
    case 'draft':
    case 'prompts':
    case 'recipes':
    case 'setup':
    case 'shell':
    case 'changes':
    case 'trigger':
    case 'trigger-removed':
    case 'topic':
    case 'topic-removed':
    case 'worker':
    case 'worker-removed':
      return state
  }
}

/** Adds an instance that was asked for by itself, unless an event was faster. */
export function addInstance(instance: Instance): void {
  usePool.setState((state) => (state.instances.has(instance.id) ? state : { instances: withEntry(state.instances, instance) }))
}

/** Adds a conversation that was asked for by itself: the lists hold the newest only. */
export function addConversation(conversation: Conversation): void {
  usePool.setState((state) =>
    state.conversations.has(conversation.id) ? state : { conversations: withEntry(state.conversations, conversation) },
  )
}

export function byId<T extends { id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]))
}

function withEntry<T extends { id: string }>(map: ReadonlyMap<string, T>, item: T): ReadonlyMap<string, T> {
  return withItems(map, [item])
}

/** With items added, or in the place of their earlier selves. */
export function withItems<T extends { id: string }>(map: ReadonlyMap<string, T>, items: readonly T[]): ReadonlyMap<string, T> {
  const next = new Map(map)
  for (const item of items) next.set(item.id, item)
  return next
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  if (!map.has(id)) return map
  const next = new Map(map)
  next.delete(id)
  return next
}
