import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { fitsOrigin, type OriginFilter } from '../../../shared/domain/work-origin.ts'

export type ConversationFilter = OriginFilter & {
  state: 'active' | 'archived' | 'all'
  instanceId?: string | undefined
  tag?: string | undefined
  source?: string | undefined
  target?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** Where a conversation stands in a list. */
export type Position = { updatedAt: string; id: string }

/** One page of the conversations that fit, the one that changed last first. */
export function pageOfConversations(
  all: Iterable<Conversation>,
  filter: ConversationFilter,
): { items: Conversation[]; nextCursor: string | null } {
  const { items, nextCursor } = newestOf(fitting(all, filter), filter)
  return { items, nextCursor }
}

/** The newest of a list, after its cursor. One pass that keeps no more than a page. */
export function newestOf<P extends Position>(
  all: Iterable<P>,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): { items: P[]; nextCursor: string | null } {
  const before = cursor === undefined ? null : parseCursor(cursor)
  // One more than the page tells that there are others.
  const newest = new Newest<P>(limit + 1)
  for (const one of all) if (!before || byNewest(one, before) > 0) newest.take(one)
  const { items } = newest
  const last = items[limit - 1]
  const nextCursor = last && items.length > limit ? `${last.updatedAt}~${last.id}` : null
  return { items: items.slice(0, limit), nextCursor }
}

/** The newest of all that it is given, the newest first, never more than so many. */
export class Newest<P extends Position> {
  readonly items: P[] = []
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  take(one: P): void {
    const { items } = this
    const last = items[this.#most - 1]
    if (last && byNewest(one, last) >= 0) return
    items.splice(placeIn(items, one), 0, one)
    if (items.length > this.#most) items.pop()
  }
}

/** Below 0 when the first is the newer one. */
export function byNewest(a: Position, b: Position): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

/** The conversations of a source and a target; either may be left out. */
export function idsOfPair(
  all: readonly Conversation[],
  { source, target }: { source?: string | undefined; target?: string | undefined },
): string[] {
  const of = all.filter((one) => (source ?? one.source) === one.source && (target ?? one.target) === one.target)
  return of.map(({ id }) => id)
}

function* fitting(all: Iterable<Conversation>, filter: ConversationFilter): Generator<Conversation, void, void> {
  const { state, instanceId, tag, source, target } = filter
  for (const conversation of all) {
    if (state !== 'all' && conversation.state !== state) continue
    if (instanceId !== undefined && conversation.instanceId !== instanceId) continue
    if (tag !== undefined && !conversation.tags.includes(tag)) continue
    if (source !== undefined && conversation.source !== source) continue
    if (target !== undefined && conversation.target !== target) continue
    if (!fitsOrigin(conversation.origin, filter)) continue
    yield conversation
  }
}

function placeIn(items: readonly Position[], one: Position): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = items[middle]
    if (at && byNewest(at, one) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function parseCursor(cursor: string): Position {
  const [updatedAt, id, ...rest] = cursor.split('~')
  if (!updatedAt || !id || rest.length > 0) {
    throw new AppError('BAD_REQUEST', 'Invalid cursor. Use the nextCursor of the previous page, or leave it out.', {
      data: { field: 'cursor' },
    })
  }
  return { updatedAt, id }
}
