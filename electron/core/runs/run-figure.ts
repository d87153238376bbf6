import type { RunFigure } from '../../../shared/domain/run-figures.ts'
import type { RunRecord } from './run-record.ts'

/** What is kept of a run that has ended; null of one that has not. */
export function figureOf({ header, finished, steps, spent, endedMs }: RunRecord): RunFigure | null {
  if (!finished || endedMs === null) return null
  const counts = { done: 0, failed: 0, skipped: 0, cancelled: 0 }
  for (const { state } of steps.values()) {
    if (state === 'done' || state === 'failed' || state === 'skipped' || state === 'cancelled') counts[state] += 1
  }
  return {
    id: header.id,
    recipe: header.recipe.recipe,
    state: finished.state,
    isNested: header.cause.kind === 'run',
    endedAt: new Date(endedMs).toISOString(),
    ms: Math.max(0, endedMs - Date.parse(header.at)),
    turns: spent.turns,
    costUsd: spent.costUsd,
    steps: counts,
  }
}
