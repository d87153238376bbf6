import type { Incident, TurnRecord } from '../../../shared/domain/metrics.ts'

const crashCodes = new Set(['CLAUDE_EXITED', 'CLAUDE_START_TIMEOUT'])

/** What went wrong in a turn, one line for each kind. */
export function incidentsOf(record: TurnRecord): Incident[] {
  const { at, instanceId, conversationId, id: turnId, error, outcome, retries, stalls } = record
  const about = { at, instanceId, conversationId, turnId }
  const found: Incident[] = []
  if (error !== null) found.push({ ...about, kind: crashCodes.has(error) ? 'crash' : 'error', detail: error })
  if (outcome === 'lost' && error === null) found.push({ ...about, kind: 'lost', detail: 'lost' })
  if (stalls > 0) found.push({ ...about, kind: 'stall', detail: String(stalls) })
  if (retries > 0) found.push({ ...about, kind: 'retry', detail: String(retries) })
  return found
}
