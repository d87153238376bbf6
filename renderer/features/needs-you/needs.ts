import type { Approval } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'

/** Something that goes on only when the user has done something. */
export type Need =
  | { kind: 'approval'; key: string; approval: Approval }
  | { kind: 'failed-instance'; key: string; instance: Instance }
  | { kind: 'cut-off'; key: string; conversation: Conversation }

export type NeedSources = {
  approvals: ReadonlyMap<string, Approval>
  instances: ReadonlyMap<string, Instance>
  conversations: ReadonlyMap<string, Conversation>
}

/** Questions first, the oldest first; then instances that have failed; then turns that were cut off or failed since a time. */
export function needsOf({ approvals, instances, conversations }: NeedSources, since: number): Need[] {
  const questions = [...approvals.values()].toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  const failed = [...instances.values()].filter(({ state }) => state === 'failed')
  const cutOff = [...conversations.values()].filter(({ state, lastTurn }) => {
    const outcome = lastTurn?.outcome
    if (state !== 'active' || (outcome !== 'lost' && outcome !== 'failed')) return false
    return Date.parse(lastTurn?.endedAt ?? '') > since
  })
  return [
    ...questions.map((approval) => ({ kind: 'approval' as const, key: approval.id, approval })),
    ...failed.map((instance) => ({ kind: 'failed-instance' as const, key: instance.id, instance })),
    ...cutOff.map((conversation) => ({ kind: 'cut-off' as const, key: conversation.id, conversation })),
  ]
}
