import { createHash } from 'node:crypto'
import type { IdPrefix } from '../storage/id.ts'

/** An id that follows from what it stands for: the same source read twice has the same ids, so it is known again. */
export function stableId(prefix: IdPrefix, ...source: readonly string[]): string {
  return `${prefix}_${createHash('sha256').update(source.join('\0')).digest('hex').slice(0, 24)}`
}

/** The conversation of ours for a session of Claude Code's. */
export function conversationIdOf(sessionId: string): string {
  return stableId('conv', 'claude-code', sessionId)
}
