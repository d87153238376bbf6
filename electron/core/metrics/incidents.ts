import type { IncidentsInput } from '../../../shared/contract/metrics.ts'
import type { Incident, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { IncidentLog } from './incident-log.ts'
import { rangeOf } from './selection.ts'

const crashCodes = new Set(['TURN_LOST', 'CLAUDE_EXITED', 'CLAUDE_START_TIMEOUT'])

/** What went wrong in a turn, one line for each kind. */
function incidentsOf(record: TurnRecord): Incident[] {
  const { at, instanceId, conversationId, id: turnId, error, outcome, retries, stalls } = record
  const about = { at, instanceId, conversationId, turnId }
  const found: Incident[] = []
  if (error !== null) found.push({ ...about, kind: crashCodes.has(error) ? 'crash' : 'error', detail: error })
  if (outcome === 'lost' && error === null) found.push({ ...about, kind: 'lost', detail: 'lost' })
  if (stalls > 0) found.push({ ...about, kind: 'stall', detail: String(stalls) })
  if (retries > 0) found.push({ ...about, kind: 'retry', detail: String(retries) })
  return found
}

type Page<T> = { items: T[]; nextCursor: string | null }

/** The incidents of a page of turns, and between them, by time, those that no turn tells of. */
export function incidentPage(turns: Page<TurnRecord>, log: IncidentLog, input: IncidentsInput, now: number): Page<Incident> {
  const range = rangeOf(input, now)
  const newest = turns.items[0]?.at
  const oldest = turns.items.at(-1)?.at
  // The first page begins with the range, the last one ends with it.
  const to = input.cursor === undefined || newest === undefined ? range.to : Date.parse(newest)
  const from = turns.nextCursor === null || oldest === undefined ? range.from : Date.parse(oldest)
  const { instanceId, conversationId, folder, model, source, target, strategy, origin, outcome, error, history } = input
  const others = [folder, model, source, target, strategy, origin, outcome, error, history]
  const only = { instances: listOf(instanceId), conversations: listOf(conversationId) }
  const logged = others.some((filter) => filter !== undefined) ? [] : log.between(from, to, only)
  const items = [...turns.items.flatMap(incidentsOf), ...logged]
  return { items: items.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)), nextCursor: turns.nextCursor }
}

function listOf(chosen: string | string[] | undefined): string[] | null {
  return chosen === undefined ? null : [chosen].flat()
}
