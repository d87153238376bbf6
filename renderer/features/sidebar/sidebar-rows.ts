import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'

/** One line of the sidebar's list. */
export type SidebarRow =
  | { kind: 'instances'; count: number; memoryMb: number }
  | { kind: 'instance'; instance: Instance }
  | { kind: 'conversations'; count: number; more: boolean }
  | { kind: 'conversation'; conversation: Conversation; instanceName: string | null }
  | { kind: 'empty'; text: string }

export type SidebarSources = {
  instances: ReadonlyMap<string, Instance>
  conversations: ReadonlyMap<string, Conversation>
  more: boolean
  /** The list of instances is folded. */
  folded: boolean
}

/** Instances by name, then all conversations, the one that changed last first. */
export function sidebarRows({ instances, conversations, more, folded }: SidebarSources): SidebarRow[] {
  const byName = [...instances.values()].toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const memoryMb = byName.reduce((sum, { process }) => sum + (process?.memoryMb ?? 0), 0)
  const newest = [...conversations.values()].filter(({ state }) => state === 'active').toSorted(byTime)
  return [
    { kind: 'instances', count: byName.length, memoryMb },
    ...(folded ? [] : byName.map((instance) => ({ kind: 'instance' as const, instance }))),
    ...(byName.length === 0 ? [{ kind: 'empty' as const, text: 'None yet. New instance makes one.' }] : []),
    { kind: 'conversations', count: newest.length, more },
    ...newest.map((conversation) => ({
      kind: 'conversation' as const,
      conversation,
      instanceName: conversation.instanceId === null ? null : (instances.get(conversation.instanceId)?.name ?? null),
    })),
    ...(newest.length === 0 ? [{ kind: 'empty' as const, text: 'What you talk about will be here.' }] : []),
  ]
}

function byTime(a: Conversation, b: Conversation): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id < b.id ? 1 : -1
}
