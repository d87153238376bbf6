import { AppError } from '../../../shared/app-error.ts'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { asksForOrigin, fitsOrigin, type OriginFilter, type WorkOrigin } from '../../../shared/domain/work-origin.ts'

export type VaultFilter = OriginFilter & {
  state: 'all' | 'kept' | 'ending' | 'deleted'
  q?: string | undefined
  sort: 'newest' | 'ending' | 'largest'
  cursor?: string | undefined
  offset?: number | undefined
  limit: number
}

/** What Claude Code deletes within this time is shown as ending. */
export const soonMs = 7 * 86_400_000

/** What the work in a session belongs to, where that is known. */
export type OriginOf = (session: VaultSession) => WorkOrigin | undefined

/** A window of the sessions that fit. They come in with the newest first. Throws BAD_REQUEST for a cursor that is none of ours. */
export function pageOfSessions(
  all: readonly VaultSession[],
  filter: VaultFilter,
  originOf: OriginOf,
  now = Date.now(),
): { items: VaultSession[]; nextCursor: string | null; total: number } {
  const from = filter.offset ?? placeOf(filter.cursor)
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const isOfOrigin = asksForOrigin(filter)
  const fits = (session: VaultSession) =>
    fitsState(session, filter.state, now) && fitsWords(session, words) && (!isOfOrigin || fitsOrigin(originOf(session), filter))
  const fitting = all.filter(fits)
  const sorted = filter.sort === 'newest' ? fitting : fitting.toSorted(filter.sort === 'largest' ? byBytes : byEnd)
  const next = from + filter.limit
  const items = sorted.slice(from, next).map((session) => withOrigin(session, originOf))
  return { items, nextCursor: next < sorted.length ? `at-${next}` : null, total: sorted.length }
}

/** A session together with what its work belongs to. */
export function withOrigin(session: VaultSession, originOf: OriginOf): VaultSession {
  const origin = originOf(session)
  return origin ? { ...session, origin } : session
}

function fitsState(session: VaultSession, state: VaultFilter['state'], now: number): boolean {
  if (state === 'kept') return session.isInClaude
  if (state === 'deleted') return !session.isInClaude
  if (state === 'all') return true
  return session.deletedByClaudeAt !== null && Date.parse(session.deletedByClaudeAt) - now < soonMs
}

function fitsWords({ title, cwd, sessionId }: VaultSession, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = `${title}\n${cwd ?? ''}\n${sessionId}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

function byBytes(a: VaultSession, b: VaultSession): number {
  return b.bytes - a.bytes
}

/** What is never deleted comes last. */
function byEnd(a: VaultSession, b: VaultSession): number {
  const [left, right] = [a.deletedByClaudeAt ?? '~', b.deletedByClaudeAt ?? '~']
  return left === right ? 0 : left < right ? -1 : 1
}

/** New sessions come in at the front, so a reader of all pages may meet one twice but misses none. */
function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const place = /^at-(\d{1,9})$/.exec(cursor)?.[1]
  if (place !== undefined) return Number(place)
  throw new AppError('BAD_REQUEST', 'Invalid cursor. Use the nextCursor of the previous page, or leave it out.', {
    data: { field: 'cursor' },
  })
}
