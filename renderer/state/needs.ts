import type { Approval } from '../../shared/domain/approval.ts'
import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import type { StepNeed } from './step-needs.ts'

/** Something that goes on only when the user has done something. */
export type Need =
  | { kind: 'approval'; key: string; approval: Approval }
  | StepNeed
  | { kind: 'failed-instance'; key: string; instance: Instance }
  | { kind: 'cut-off'; key: string; conversation: Conversation }

export type NeedSources = {
  approvals: ReadonlyMap<string, Approval>
  instances: ReadonlyMap<string, Instance>
  conversations: ReadonlyMap<string, Conversation>
  /** Steps of runs that wait. */
  steps: readonly StepNeed[]
  /** When the user last looked at conversations, as ISO times. */
  seenAt: Readonly<Record<string, string>>
}

/** What ended badly longer ago waits for nobody any more, seen or not. */
const recentMs = 24 * 3_600_000

/** Questions and steps of runs first, the oldest first; then instances that have failed; then turns that ended badly while nobody looked, the latest first. */
export function needsOf({ approvals, instances, conversations, steps, seenAt }: NeedSources, now = Date.now()): Need[] {
  const recent = new Date(now - recentMs).toISOString()
  const questions = [
    ...[...approvals.values()].map((approval) => ({ kind: 'approval' as const, key: approval.id, approval })),
    ...steps,
  ].toSorted((a, b) => order(sinceOf(a), sinceOf(b)) || order(a.key, b.key))
  const failed = [...instances.values()].filter(({ state }) => state === 'failed')
  const cutOff: Conversation[] = []
  for (const one of conversations.values()) {
    const { outcome = null, endedAt = null } = one.lastTurn ?? {}
    // What became of a run's or a topic's is theirs to say.
    if ((outcome !== 'lost' && outcome !== 'failed') || one.origin !== undefined) continue
    if (one.state === 'active' && one.goesOnAt === undefined && endedAt !== null && endedAt > (seenAt[one.id] ?? recent)) cutOff.push(one)
  }
  return [
    ...questions,
    ...failed.map((instance) => ({ kind: 'failed-instance' as const, key: instance.id, instance })),
    ...cutOff
      .toSorted((a, b) => order(b.lastTurn?.endedAt ?? '', a.lastTurn?.endedAt ?? '') || order(a.id, b.id))
      .map((conversation) => ({ kind: 'cut-off' as const, key: conversation.id, conversation })),
  ]
}

function sinceOf(need: Extract<Need, { kind: 'approval' | 'step' }>): string {
  return need.kind === 'approval' ? need.approval.createdAt : need.ask.since
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The same list as before where nothing in it is new, and the same things where they are not: what has not changed is not drawn again. */
export function unlessNew(before: readonly Need[], now: readonly Need[]): readonly Need[] {
  const known = new Map(before.map((need) => [need.key, need]))
  const needs = now.map((need) => {
    const one = known.get(need.key)
    return one && aboutOf(one) === aboutOf(need) ? one : need
  })
  return needs.length === before.length && needs.every((need, at) => need === before[at]) ? before : needs
}

function aboutOf(need: Need): Approval | Instance | Conversation | StepNeed {
  if (need.kind === 'approval') return need.approval
  if (need.kind === 'step') return need
  return need.kind === 'cut-off' ? need.conversation : need.instance
}

/** Where the user is in the list, and where that was, for when it is gone. */
export type Place = { key: string | null; index: number }

/** The place in a list that has changed: the same thing, or what has moved up to where it was. -1 in an empty list. */
export function placeIn(keys: readonly string[], { key, index }: Place): number {
  const found = key === null ? -1 : keys.indexOf(key)
  return found >= 0 ? found : Math.min(index, keys.length - 1)
}

/** The conversation that a need is about; null when there is none. */
export function conversationOf(need: Need): string | null {
  if (need.kind === 'approval') return need.approval.conversationId
  if (need.kind === 'step') return null
  return need.kind === 'cut-off' ? need.conversation.id : need.instance.conversationId
}
