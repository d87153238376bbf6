import type { VaultCleanUp, VaultSession } from '../../../shared/domain/vault.ts'

/** `copies`: sessions that only the vault has. `earlier`: copies of states before a rewrite, of any session. */
export type VaultCleanUpQuery = { what: 'copies' | 'earlier'; olderThanDays?: number | undefined; minBytes?: number | undefined }

const mostShown = 200
const dayMs = 86_400_000

/**
 * What a clean-up would delete, the largest first. Sessions that a conversation goes on from are left out, as it could not be gone on
 * with; so is all that Claude Code still has, as it would be copied again.
 */
export function cleanUpOf(
  sessions: readonly VaultSession[],
  query: VaultCleanUpQuery,
  diskBytesOf: (sessionId: string) => { all: number; earlier: number },
  now = Date.now(),
): VaultCleanUp {
  const before = query.olderThanDays === undefined ? Number.POSITIVE_INFINITY : now - query.olderThanDays * dayMs
  const items = sessions
    .filter((session) => (query.what === 'copies' ? isOnlyHere(session) : session.versions > 0) && Date.parse(session.updatedAt) < before)
    .map(({ sessionId, title, updatedAt }) => {
      const { all, earlier } = diskBytesOf(sessionId)
      return { sessionId, title, updatedAt, bytes: query.what === 'copies' ? all : earlier }
    })
    .filter(({ bytes }) => bytes >= (query.minBytes ?? 0))
    .toSorted((a, b) => b.bytes - a.bytes)
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  return { sessionIds: items.map(({ sessionId }) => sessionId), bytes, items: items.slice(0, mostShown) }
}

export function isOnlyHere({ isInClaude, conversationId, inTrash }: VaultSession): boolean {
  return !isInClaude && conversationId === null && !inTrash
}
