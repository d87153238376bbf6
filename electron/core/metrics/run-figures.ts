import type { RunFiguresInput } from '../../../shared/contract/run-figures.ts'
import type { Spread } from '../../../shared/domain/metrics.ts'
import type { FiringFigure, FiringOutcome, RunFigure, RunFigures, RunTotals, StepCounts } from '../../../shared/domain/run-figures.ts'
import { lastBefore } from './kernels.ts'
import { bucketsOf, rangeOf, timesOf } from './selection.ts'

const secondMs = 1_000

export type KeptRuns = { runs: Iterable<RunFigure>; firings: Iterable<FiringFigure>; forgottenBefore: string | null }

/** What ended and fired in a range, added up and over time. Runs within runs count only where they are asked for. */
export function runFigures(input: RunFiguresInput, kept: KeptRuns, now: number): Omit<RunFigures, 'open'> {
  const range = rangeOf(input, now)
  const { zone, offsetMinutes } = input
  const buckets = bucketsOf(range, input.points, secondMs, { zone, offsetMinutes })
  const at = timesOf(buckets)
  const recipes = input.recipe === undefined ? null : new Set([input.recipe].flat())
  const slotOf = (time: string): number | null => {
    const ms = Date.parse(time)
    return ms >= range.from && ms < range.to ? lastBefore(at, ms) : null
  }
  const slots: RunFigure[][] = at.map(() => [])
  const byRecipe = new Map<string, RunFigure[]>()
  for (const run of kept.runs) {
    const slot = slotOf(run.endedAt)
    if (slot === null || (run.isNested && !input.nested) || !(recipes?.has(run.recipe) ?? true)) continue
    slots[slot]?.push(run)
    const same = byRecipe.get(run.recipe)
    if (same) same.push(run)
    else byRecipe.set(run.recipe, [run])
  }
  const totals = slots.map(totalsOf)
  const column = (of: (sum: RunTotals) => number) => totals.map(of)
  const forgotten = kept.forgottenBefore !== null && Date.parse(kept.forgottenBefore) > range.from
  return {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    bucketMs: buckets.bucketMs,
    at,
    totals: totalsOf(slots.flat()),
    recipes: [...byRecipe]
      .map(([recipe, runs]) => ({ recipe, totals: totalsOf(runs) }))
      .toSorted((a, b) => b.totals.runs - a.totals.runs || (a.recipe < b.recipe ? -1 : 1)),
    columns: {
      done: column(({ done }) => done),
      failed: column(({ failed }) => failed),
      cancelled: column(({ cancelled }) => cancelled),
      costUsd: column(({ costUsd }) => costUsd),
      turns: column(({ turns }) => turns),
      steps: byEnd((outcome) => column(({ steps }) => steps[outcome])),
      p50: totals.map(({ length }) => length.p50),
      p95: totals.map(({ length }) => length.p95),
    },
    firings: firingsOf(kept.firings, recipes, slotOf, at.length),
    forgottenBefore: forgotten ? kept.forgottenBefore : null,
  }
}

function totalsOf(runs: readonly RunFigure[]): RunTotals {
  const ended = (state: RunFigure['state']) => runs.filter((run) => run.state === state).length
  const steps: StepCounts = byEnd((outcome) => runs.reduce((sum, run) => sum + run.steps[outcome], 0))
  return {
    runs: runs.length,
    done: ended('done'),
    failed: ended('failed'),
    cancelled: ended('cancelled'),
    steps,
    turns: runs.reduce((sum, run) => sum + run.turns, 0),
    costUsd: runs.reduce((sum, run) => sum + run.costUsd, 0),
    length: spreadOf(runs.map(({ ms }) => ms)),
  }
}

/** Exact, by the nearest rank. */
function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return { count: sorted.length, sumMs: sorted.reduce((sum, ms) => sum + ms, 0), p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

function firingsOf(
  firings: Iterable<FiringFigure>,
  recipes: ReadonlySet<string> | null,
  slotOf: (time: string) => number | null,
  count: number,
): RunFigures['firings'] {
  const columns = byFiring(() => Array.from({ length: count }, () => 0))
  for (const { at, recipe, outcome, count: more } of firings) {
    const slot = slotOf(at)
    if (slot !== null && (recipes?.has(recipe) ?? true)) columns[outcome][slot] = (columns[outcome][slot] ?? 0) + more
  }
  return { totals: byFiring((outcome) => columns[outcome].reduce((sum, more) => sum + more, 0)), columns }
}

function byEnd<T>(of: (outcome: keyof StepCounts) => T): Record<keyof StepCounts, T> {
  return { done: of('done'), failed: of('failed'), skipped: of('skipped'), cancelled: of('cancelled') }
}

function byFiring<T>(of: (outcome: FiringOutcome) => T): Record<FiringOutcome, T> {
  return { started: of('started'), queued: of('queued'), skipped: of('skipped'), failed: of('failed') }
}
