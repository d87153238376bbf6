import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { RecipeStep, StepKind } from '../../../shared/domain/recipe.ts'
import type { ConsensusResult, StepState } from '../../../shared/domain/run.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import { kindOf } from '../recipes/step-kind.ts'
import { orderOf, type StepOrder } from '../recipes/step-order.ts'
import type { LinePlace } from '../storage/append-log.ts'
import type { RunHeader } from './journal-entry.ts'

/** What turns have taken; those whose price is not known count nothing. */
export type Spent = { costUsd: number; usage: Usage; turns: number }

/** Part of a step: one turn, or one nested run. Its texts stay in the journal. */
export type UnitRecord = {
  state: StepState
  /** The latest; 0: never asked. */
  attempt: number
  /** Attempts that failed since it was begun or a person had it tried again. */
  tries: number
  /** Times the answer did not fit since then. */
  misfits: number
  /** The next attempt tells what did not fit, where it was said. */
  isAskedAgain: boolean
  /** Where its question and its answer are in the journal. */
  asked: LinePlace | null
  answered: LinePlace | null
  /** Not tried again before. */
  dueMs: number | null
  taskId: string | null
  turnId: string | null
  conversationId: string | null
  instanceId: string | null
  costUsd: number
  error: ErrorInfo | undefined
  startedMs: number | null
  endedMs: number | null
}

/** How a step is going to end although nothing did it. */
export type Verdict = { state: 'done' | 'failed' | 'skipped'; by?: 'person'; message?: string; output?: unknown; error?: ErrorInfo }

export type StepRecord = {
  readonly step: RecipeStep
  readonly kind: StepKind
  /** Number of the entry that changed it last. */
  seq: number
  readonly needs: readonly string[]
  state: StepState
  /** Parts that have ever been asked. */
  units: Map<string, UnitRecord>
  /** Names of the parts where they are no numbers. */
  names: string[]
  /** Where the words of each named part are. */
  planned: Map<string, LinePlace>
  total: number
  /** Parts before it have been begun. */
  cursor: number
  /** Begun once, and to be begun again. */
  again: Set<string>
  running: Set<string>
  counts: { needsYou: number; done: number; failed: number; skipped: number; cancelled: number }
  /** Times that it was begun from nothing. */
  round: number
  /** Where its items are in the journal. */
  begun: LinePlace | null
  /** How long the run had been going by then. */
  begunAwakeMs: number
  question: string | null
  dueMs: number | null
  /** Another prompt than the recipe's. */
  prompt: string | null
  verdict: Verdict | null
  by: 'person' | 'condition' | undefined
  message: string | undefined
  error: ErrorInfo | undefined
  consensus: ConsensusResult | undefined
  /** Where its own output is, if it has one. */
  ended: LinePlace | null
  attempts: number
  turnIds: string[]
  conversationId: string | null
  instanceId: string | null
  spent: Spent
  startedMs: number | null
  endedMs: number | null
}

/** All that has happened to a run, from its journal. */
export type RunRecord = {
  readonly header: RunHeader
  readonly order: StepOrder
  readonly steps: Map<string, StepRecord>
  /** Entries so far. */
  seq: number
  isPaused: boolean
  isCancelled: boolean
  remembered: Record<string, unknown>
  /** Which the steps with the context `run` share. */
  conversationId: string | null
  spent: Spent
  /** Of the last entry. */
  atMs: number
  awakeMs: number
  finished: { state: 'done' | 'failed' | 'cancelled'; outputs: Record<string, unknown>; error: ErrorInfo | undefined } | null
  endedMs: number | null
}

export function newRecord(header: RunHeader): RunRecord {
  const order = orderOf(header.recipe.steps)
  const steps = header.recipe.steps.map((step): [string, StepRecord] => [step.id, newStep(step, order.needs.get(step.id) ?? [])])
  return {
    header,
    order,
    steps: new Map(steps),
    seq: 0,
    isPaused: false,
    isCancelled: false,
    remembered: {},
    conversationId: null,
    spent: noneSpent(),
    atMs: Date.parse(header.at),
    awakeMs: header.ms,
    finished: null,
    endedMs: null,
  }
}

function newStep(step: RecipeStep, needs: readonly string[]): StepRecord {
  return {
    step,
    kind: kindOf(step) ?? 'state',
    needs,
    seq: 0,
    prompt: null,
    attempts: 0,
    turnIds: [],
    conversationId: null,
    instanceId: null,
    spent: noneSpent(),
    round: 0,
    ...unbegun(),
  }
}

/** What a step is before it begins, and again when it is to begin from nothing. */
export function unbegun() {
  return {
    state: 'waiting' as StepState,
    units: new Map<string, UnitRecord>(),
    names: [],
    planned: new Map<string, LinePlace>(),
    total: 0,
    cursor: 0,
    again: new Set<string>(),
    running: new Set<string>(),
    counts: { needsYou: 0, done: 0, failed: 0, skipped: 0, cancelled: 0 },
    begun: null,
    begunAwakeMs: 0,
    question: null,
    dueMs: null,
    verdict: null,
    by: undefined,
    message: undefined,
    error: undefined,
    consensus: undefined,
    ended: null,
    startedMs: null,
    endedMs: null,
  } satisfies Partial<StepRecord>
}

export function newUnit(): UnitRecord {
  return {
    state: 'waiting',
    attempt: 0,
    tries: 0,
    misfits: 0,
    isAskedAgain: false,
    asked: null,
    answered: null,
    dueMs: null,
    taskId: null,
    turnId: null,
    conversationId: null,
    instanceId: null,
    costUsd: 0,
    error: undefined,
    startedMs: null,
    endedMs: null,
  }
}

export function noneSpent(): Spent {
  return { costUsd: 0, usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, turns: 0 }
}

export function addSpent(to: Spent, { costUsd, usage, turns }: Spent): void {
  to.costUsd += costUsd
  to.turns += turns
  to.usage.input += usage.input
  to.usage.output += usage.output
  to.usage.cacheRead += usage.cacheRead
  to.usage.cacheWrite += usage.cacheWrite
}

/** The name of a step's part by its number. */
export function unitAt({ names }: StepRecord, index: number): string {
  return names[index] ?? String(index)
}

export function hasEnded({ state }: StepRecord): boolean {
  return state === 'done' || state === 'failed' || state === 'skipped' || state === 'cancelled'
}

/** Parts that have not been begun, or are to be begun again. */
export function waitingIn({ total, running, counts }: StepRecord): number {
  return total - running.size - counts.needsYou - counts.done - counts.failed - counts.skipped - counts.cancelled
}
