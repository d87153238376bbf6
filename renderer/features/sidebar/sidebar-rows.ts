import type { Approval } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { isUnread, type Seen } from '../../state/seen-store.ts'

/** How a conversation is, where that is worth a word. */
export type ConversationNote = 'asks you' | 'working' | 'limit reached' | 'cut off' | 'failed' | null

/** One line of the sidebar's list. */
export type SidebarRow =
  | { kind: 'instances'; count: number; memoryMb: number }
  | { kind: 'instance'; instance: Instance; unread: number }
  | { kind: 'conversations'; count: number; more: boolean }
  | { kind: 'conversation'; conversation: Conversation; instanceName: string | null; note: ConversationNote; unread: boolean }
  | { kind: 'empty'; text: string }

export type SidebarSources = {
  instances: ReadonlyMap<string, Instance>
  /** As `activeConversations` answers them. */
  conversations: readonly Conversation[]
  approvals: ReadonlyMap<string, Approval>
  seen: Seen
  /** There are older conversations that are not here yet. */
  more: boolean
  /** The list of instances is folded. */
  folded: boolean
  /** Words that a conversation's title or its instance's name must hold; empty shows all. */
  filter: string
}

/** Those that are not archived, the one that changed last first. */
export function activeConversations(conversations: ReadonlyMap<string, Conversation>): Conversation[] {
  return [...conversations.values()].filter(({ state }) => state === 'active').toSorted(byTime)
}

/** The same, in an order that was held: nothing known moves, and what is new comes first. */
export function inHeldOrder(conversations: readonly Conversation[], held: readonly string[]): Conversation[] {
  const places = new Map(held.map((id, place) => [id, place]))
  return conversations.toSorted((a, b) => (places.get(a.id) ?? -1) - (places.get(b.id) ?? -1))
}

/** Instances by name, then the conversations. */
export function sidebarRows({ instances, conversations, approvals, seen, more, folded, filter }: SidebarSources): SidebarRow[] {
  const byName = [...instances.values()].toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const memoryMb = byName.reduce((sum, { process }) => sum + (process?.memoryMb ?? 0), 0)
  const nameOf = ({ instanceId }: Conversation) => (instanceId === null ? null : (instances.get(instanceId)?.name ?? null))
  const fits = fitsTo(filter)
  const shown = conversations.filter((one) => fits(`${one.title} ${nameOf(one) ?? ''}`))
  const asking = new Set([...approvals.values()].map(({ conversationId }) => conversationId))
  const news = new Set<string>()
  const newsOf = new Map<string | null, number>()
  for (const one of conversations) {
    if (!isUnread(one, seen)) continue
    news.add(one.id)
    newsOf.set(one.instanceId, (newsOf.get(one.instanceId) ?? 0) + 1)
  }
  return [
    { kind: 'instances', count: byName.length, memoryMb },
    ...(folded ? [] : byName.map((instance) => ({ kind: 'instance' as const, instance, unread: newsOf.get(instance.id) ?? 0 }))),
    ...(byName.length === 0 ? [{ kind: 'empty' as const, text: 'No instances yet. Click + to create one.' }] : []),
    { kind: 'conversations', count: shown.length, more },
    ...shown.map((conversation) => ({
      kind: 'conversation' as const,
      conversation,
      instanceName: nameOf(conversation),
      note: noteOf(conversation, asking),
      unread: news.has(conversation.id),
    })),
    ...(shown.length === 0 ? [{ kind: 'empty' as const, text: emptyWords(filter, more) }] : []),
  ]
}

/** Whether a text holds every word of a filter, whatever its case. */
function fitsTo(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return (text) => {
    const lower = text.toLowerCase()
    return words.every((word) => lower.includes(word))
  }
}

function noteOf({ id, lastTurn, goesOnAt }: Conversation, asking: ReadonlySet<string>): ConversationNote {
  if (asking.has(id)) return 'asks you'
  if (lastTurn === null) return null
  if (lastTurn.outcome === null) return 'working'
  // It continues by itself, so nothing has to be done about it.
  if (goesOnAt !== undefined) return 'limit reached'
  if (lastTurn.outcome === 'lost') return 'cut off'
  return lastTurn.outcome === 'failed' ? 'failed' : null
}

function emptyWords(filter: string, more: boolean): string {
  if (filter.trim() === '') return 'Your conversations will appear here.'
  return more ? 'Searching older conversations…' : 'No matches.'
}

function byTime(a: Conversation, b: Conversation): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}
