import { z } from 'zod'
import { create } from 'zustand'
import type { Conversation } from '../../shared/domain/conversation.ts'
import { recall, remember } from './page-memory.ts'

/** When the user last looked at conversations, as ISO times. */
export type Seen = {
  /** Answers from before this are not news. */
  since: string
  at: Readonly<Record<string, string>>
}

const most = 500
const schema = z.object({ since: z.iso.datetime(), at: z.record(z.string(), z.iso.datetime()) })

export const useSeen = create<Seen>(begin)

/** Whether a turn has ended in it that the user has not looked at. What the user stopped is no news. */
export function isUnread({ id, lastTurn }: Pick<Conversation, 'id' | 'lastTurn'>, { since, at }: Seen): boolean {
  const { endedAt = null, outcome = null } = lastTurn ?? {}
  return endedAt !== null && outcome !== 'interrupted' && endedAt > (at[id] ?? since)
}

/** The user looks at it now. */
export function markSeen(id: string): void {
  const other = recall('seen', schema)
  useSeen.setState((seen) => withSeen(other ? joined(seen, other) : seen, id, new Date().toISOString()))
  remember('seen', useSeen.getState())
}

/** What was looked at in another window is no news here. Ends with the returned function. */
export function shareSeen(): () => void {
  const take = ({ key }: StorageEvent) => {
    const other = key === 'bullpen:seen' ? recall('seen', schema) : null
    if (other) useSeen.setState((seen) => joined(seen, other))
  }
  window.addEventListener('storage', take)
  return () => window.removeEventListener('storage', take)
}

/** What either has seen. */
export function joined(a: Seen, b: Seen): Seen {
  const later = Object.entries(b.at).filter(([id, at]) => at > (a.at[id] ?? ''))
  return { since: a.since > b.since ? a.since : b.since, at: { ...a.at, ...Object.fromEntries(later) } }
}

/** Remembers a bounded number; what is forgotten counts as seen. */
export function withSeen({ since, at }: Seen, id: string, now: string): Seen {
  const newest = Object.entries({ ...at, [id]: now }).toSorted(([, a], [, b]) => (a < b ? 1 : -1))
  const [, forgotten = since] = newest[most] ?? []
  return { since: forgotten > since ? forgotten : since, at: Object.fromEntries(newest.slice(0, most)) }
}

function begin(): Seen {
  const seen = recall('seen', schema) ?? { since: new Date().toISOString(), at: {} }
  remember('seen', seen)
  return seen
}
