import type { ItemCounts, RunCause, RunState, RunSummary, StepState } from '../../shared/domain/run.ts'
import type { StepKind } from '../../shared/domain/recipe.ts'
import type { Usage } from '../../shared/domain/turn.ts'
import { formatCost, formatCount, formatDuration, plural } from './figures.ts'

/** A state of a run or of a step, as its mark shows it. */
export type RunMarkName = RunState | StepState

/** The state in a word or two. */
export const runStateWords: Record<RunMarkName, string> = {
  running: 'Running',
  'needs-you': 'Needs you',
  paused: 'Paused',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  waiting: 'Waiting',
  skipped: 'Skipped',
}

export const stepKindWords: Record<StepKind, string> = {
  ask: 'Prompt',
  each: 'Fan-out',
  consensus: 'Consensus',
  gate: 'Gate',
  run: 'Nested run',
  wait: 'Wait',
  state: 'Remember',
}

/** What started it. */
export function causeWords(cause: RunCause): string {
  switch (cause.kind) {
    case 'person':
      return 'Started by you'
    case 'call':
      return 'Started over the API'
    case 'trigger':
      return 'Started by a trigger'
    case 'run':
      return cause.index === null
        ? `Part of another run (${cause.stepId})`
        : `Part of another run (${cause.stepId}, item ${cause.index + 1})`
  }
}

/** Tokens in and out, whichever way they were paid for. */
export function tokensOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output + cacheRead + cacheWrite
}

/** What was taken of what may be taken: `$0.12 of $2.00`, or alone where there is no limit. */
export function spentWords(spent: string, limit: string | null): string {
  return limit === null ? spent : `${spent} of ${limit}`
}

type Spending = Pick<RunSummary, 'costUsd' | 'turns' | 'usage' | 'limits' | 'createdAt' | 'endedAt'>

export type RunFigure = {
  name: string
  words: string
  /** The share of its limit, 0 to 1; null where there is none. */
  share: number | null
}

/** The whole of a run against its limits. */
export function runFigures({ costUsd, turns, usage, limits, createdAt, endedAt }: Spending, now: number): RunFigure[] {
  const ms = Math.max(0, (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(createdAt))
  const mostMs = limits.minutes === undefined ? undefined : limits.minutes * 60_000
  return [
    figure('Cost', { spent: costUsd, most: limits.costUsd, words: formatCost }),
    figure('Time', { spent: endedAt === null ? Math.floor(ms / 1000) * 1000 : ms, most: mostMs, words: formatDuration }),
    figure('Turns', { spent: turns, most: limits.turns, words: (value) => value.toLocaleString('en-US') }),
    { name: 'Tokens', words: formatCount(tokensOf(usage)), share: null },
  ]
}

function figure(
  name: string,
  { spent, most, words }: { spent: number; most: number | undefined; words: (value: number) => string },
): RunFigure {
  if (most === undefined) return { name, words: words(spent), share: null }
  return { name, words: spentWords(words(spent), words(most)), share: most <= 0 ? 1 : Math.min(1, spent / most) }
}

/** How far a run is: `3 of 8 steps`. */
export function progressWords({ stepsEnded, stepsTotal }: Pick<RunSummary, 'stepsEnded' | 'stepsTotal'>): string {
  return stepsEnded === stepsTotal ? plural(stepsTotal, 'step') : `${stepsEnded.toLocaleString('en-US')} of ${plural(stepsTotal, 'step')}`
}

const countNames: readonly { key: Exclude<keyof ItemCounts, 'total'>; words: string; state: StepState }[] = [
  { key: 'running', words: 'running', state: 'running' },
  { key: 'needsYou', words: 'need you', state: 'needs-you' },
  { key: 'failed', words: 'failed', state: 'failed' },
  { key: 'waiting', words: 'waiting', state: 'waiting' },
  { key: 'done', words: 'done', state: 'done' },
  { key: 'skipped', words: 'skipped', state: 'skipped' },
  { key: 'cancelled', words: 'cancelled', state: 'cancelled' },
]

/** The parts of a fan-out by state, only those that there are. */
export function countsOf(items: ItemCounts): { state: StepState; words: string; count: number }[] {
  return countNames.flatMap(({ key, words, state }) => (items[key] > 0 ? [{ state, words, count: items[key] }] : []))
}

/** A fan-out on one line: `120 of 10,000 done · 3 failed`. */
export function itemsWords(items: ItemCounts): string {
  if (items.total === 0) return 'No items yet'
  const rest = countsOf(items).filter(({ state }) => state === 'running' || state === 'failed' || state === 'needs-you')
  const parts = rest.map(({ count, words }) => `${count.toLocaleString('en-US')} ${words}`)
  return [`${items.done.toLocaleString('en-US')} of ${items.total.toLocaleString('en-US')} done`, ...parts].join(' · ')
}
