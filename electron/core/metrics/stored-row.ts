import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { noCounts, type Figures } from '../../../shared/domain/measures.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import type { Dim } from './measures.ts'
import { noPhases } from './turn-row.ts'

/** A row of the table of turns: its words, what is added up, and its times. */
export type StoredRow = {
  id: string
  at: number
  words: Record<Dim, string | null>
  figures: Figures
  phases: TurnRecord['phases']
}

/** Work that ended before a turn of it began: how often, and why. */
export type NeverBegan = {
  /** ISO 8601 in UTC. */
  at: string
  code: string
  instanceId: string | null
  source: string | null
  target: string | null
  count: number
}

/**
 * The rows of a turn: its own, and one for each other model that worked in it, which counts as no turn. What the others had is taken
 * from the first, so that they add up to the turn whatever the shares say. `isTurn` false: spending that belongs to no turn.
 */
export function rowsOfTurn(record: TurnRecord, isTurn: boolean): [StoredRow, ...StoredRow[]] {
  const { id, usage, costUsd, rewritten, retries, stalls, searches, phases } = record
  const at = Date.parse(record.at)
  const others = (record.byModel ?? []).slice(1)
  const figures: Figures = {
    turns: isTurn ? 1 : 0,
    neverBegan: 0,
    usage: others.reduce((left, share) => less(left, share.usage), usage),
    costUsd: costUsd === null ? null : others.reduce((left, share) => left - (share.costUsd ?? 0), costUsd),
    rewritten,
    retries,
    stalls,
    searches,
  }
  const parts = others.map((share): StoredRow => {
    const own = { usage: share.usage, costUsd: costUsd === null ? 0 : (share.costUsd ?? 0) }
    return { id, at, words: wordsOf(record, share.model), figures: { ...noFigures, ...own }, phases: noPhases }
  })
  return [{ id, at, words: wordsOf(record, record.model), figures, phases }, ...parts]
}

/** The row of work that never began. It has no outcome, as it is no turn. */
export function rowOfNeverBegan({ at, code, instanceId, source, target, count }: NeverBegan): StoredRow {
  const words = { ...noWords, instance: instanceId, source, target, pair: pairOf(source, target), error: code, history: 'bullpen' }
  return { id: '', at: Date.parse(at), words, figures: { ...noFigures, neverBegan: count }, phases: noPhases }
}

const noFigures: Figures = {
  turns: 0,
  neverBegan: 0,
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costUsd: 0,
  rewritten: 0,
  ...noCounts,
}

function wordsOf(record: TurnRecord, model: string | null): Record<Dim, string | null> {
  const { source, target, affinityHit } = record
  return {
    instance: record.instanceId,
    conversation: record.conversationId,
    folder: record.folder,
    model,
    source,
    target,
    pair: pairOf(source, target),
    strategy: record.strategy,
    origin: record.origin,
    outcome: record.outcome,
    error: record.error,
    history: record.history,
    affinity: affinityHit === null ? null : affinityHit ? 'hit' : 'miss',
    session: record.sessionId,
  }
}

const noWords: Record<Dim, null> = {
  instance: null,
  conversation: null,
  folder: null,
  model: null,
  source: null,
  target: null,
  pair: null,
  strategy: null,
  origin: null,
  outcome: null,
  error: null,
  history: null,
  affinity: null,
  session: null,
}

function pairOf(source: string | null, target: string | null): string | null {
  return source === null && target === null ? null : `${source ?? ''} → ${target ?? ''}`
}

function less(all: Usage, part: Usage): Usage {
  return {
    input: Math.max(0, all.input - part.input),
    output: Math.max(0, all.output - part.output),
    cacheRead: Math.max(0, all.cacheRead - part.cacheRead),
    cacheWrite: Math.max(0, all.cacheWrite - part.cacheWrite),
  }
}
