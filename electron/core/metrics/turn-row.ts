import { countsOf } from '../../../shared/domain/measures.ts'
import type { Phase, TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

/** What a conversation adds to its turns. */
export type TurnPlace = {
  conversationId: string
  sessionId: string | null
  folder: string | null
  source: string | null
  target: string | null
  /** The conversation it was forked from. */
  forkedFrom: string | null
}

/** The tokens of the prompt that Claude's cache knew after the turn before. */
export type CacheBefore = number | null

/** The figures of a turn that has ended. What was not measured, or contradicts itself, is null. */
export function recordOf(turn: Turn, place: TurnPlace, cacheBefore: CacheBefore): TurnRecord {
  const { choice } = turn
  return {
    id: turn.id,
    at: turn.endedAt ?? turn.startedAt,
    history: 'bullpen',
    conversationId: place.conversationId,
    sessionId: place.sessionId,
    instanceId: turn.instanceId,
    folder: place.folder,
    model: turn.model,
    source: place.source,
    target: place.target,
    strategy: choice?.strategy ?? null,
    affinityHit: choice?.hit ?? null,
    origin: turn.timing.origin,
    outcome: turn.outcome ?? 'lost',
    error: turn.error?.code ?? null,
    phases: phasesOf(turn),
    usage: turn.usage,
    costUsd: costOf(turn),
    ...countsOf(turn),
    ...(turn.byModel ? { byModel: turn.byModel } : {}),
    rewritten: rewrittenBy(turn.firstCall ?? null, cacheBefore),
  }
}

/** Turns that never reached the model cost nothing, even if nobody said so. */
function costOf({ costUsd, timing, usage }: Turn): number | null {
  const free = costUsd === null && timing.startedMs === null && usage.input + usage.output + usage.cacheRead + usage.cacheWrite === 0
  return free ? 0 : costUsd
}

function phasesOf({ timing, choice }: Turn): Record<Phase, number | null> {
  const { waitedMs, allocatedMs, startedMs, firstTokenMs, totalMs, toolMs, approvalMs } = timing
  const chosen = choice?.ms ?? between(waitedMs, allocatedMs)
  const began = allocatedMs ?? (startedMs === null ? null : 0)
  const reached = startedMs !== null
  return {
    waited: length(waitedMs),
    allocated: chosen,
    started: between(began, startedMs),
    model: between(startedMs, firstTokenMs),
    answered: between(firstTokenMs, totalMs),
    tools: reached ? length(toolMs) : null,
    approvalWait: reached ? length(approvalMs) : null,
    // What waited in a queue, for a paused instance or behind another turn was not slow to answer.
    firstToken: between(waitedMs ?? 0, firstTokenMs),
    response: between(began, firstTokenMs),
    total: length(totalMs),
  }
}

function between(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : length(to - from)
}

/** A time that is less than nothing is none. */
function length(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) || ms < 0 ? null : Math.round(ms * 10) / 10
}

type Tokens = { input: number; cacheRead: number; cacheWrite: number }

/** Written again: what was in the cache after the last turn and is not read from it now. */
export function rewrittenBy(firstCall: Tokens | null, cacheBefore: CacheBefore): number {
  if (firstCall === null || cacheBefore === null) return 0
  const missing = Math.min(cacheBefore - firstCall.cacheRead, firstCall.cacheWrite)
  return missing > cacheBefore * leastShare && missing > leastTokens ? missing : 0
}

/** Less than this is the edge of a cache block, not a rewrite. */
const leastShare = 0.1
const leastTokens = 1_024

/** What the cache holds after a call: all of its prompt that was read from it or written to it. */
export function cachedAfter(lastCall: Tokens | null): CacheBefore {
  return lastCall === null ? null : lastCall.cacheRead + lastCall.cacheWrite
}

/** Of a turn that nobody measured. */
export const noPhases: Readonly<Record<Phase, null>> = {
  waited: null,
  allocated: null,
  started: null,
  model: null,
  answered: null,
  tools: null,
  approvalWait: null,
  firstToken: null,
  response: null,
  total: null,
}
