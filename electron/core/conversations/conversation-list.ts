import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'

export type ConversationFilter = {
  state: 'active' | 'archived' | 'all'
  instanceId?: string | undefined
  tag?: string | undefined
  source?: string | undefined
  target?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** One page of the conversations that fit, the one that changed last first. */
export function pageOfConversations(
  all: Iterable<Conversation>,
  filter: ConversationFilter,
): { items: Conversation[]; nextCursor: string | null } {
  const { state, instanceId, tag, source, target, cursor, limit } = filter
  const before = cursor === undefined ? null : parseCursor(cursor)
  const fitting: Conversation[] = []
  for (const conversation of all) {
    if (state !== 'all' && conversation.state !== state) continue
    if (instanceId !== undefined && conversation.instanceId !== instanceId) continue
    if (tag !== undefined && !conversation.tags.includes(tag)) continue
    if (source !== undefined && conversation.source !== source) continue
    if (target !== undefined && conversation.target !== target) continue
    if (before && compare(conversation, before) <= 0) continue
    fitting.push(conversation)
  }
  const items = fitting.toSorted(compare).slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && fitting.length > limit ? `${last.updatedAt}~${last.id}` : null }
}

/** The conversations of a source and a target; either may be left out. */
export function idsOfPair(
  all: readonly Conversation[],
  { source, target }: { source?: string | undefined; target?: string | undefined },
): string[] {
  const fitting = all.filter((one) => (source ?? one.source) === one.source && (target ?? one.target) === one.target)
  return fitting.map(({ id }) => id)
}

type Position = { updatedAt: string; id: string }

function compare(a: Position, b: Position): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

function parseCursor(cursor: string): Position {
  const [updatedAt, id, ...rest] = cursor.split('~')
  if (!updatedAt || !id || rest.length > 0) {
    throw new AppError('BAD_REQUEST', 'This cursor is none of ours. Use the nextCursor of the page before, or leave it out.', {
      data: { field: 'cursor' },
    })
  }
  return { updatedAt, id }
}
