import { createHash } from 'node:crypto'

/** The ids of a unit's task and of its first turn. */
export type UnitIds = { taskId: string; turnId: string }

/**
 * Always the same for the same attempt at the same part of a step, so that handing it in twice is handing it in once. `attempt` counts
 * on for ever: a repetition is other work.
 */
export function idsOf(runId: string, stepId: string, unit: string, attempt: number): UnitIds {
  const words = [runId, stepId, unit, String(attempt)]
  return { taskId: `task_${digest(['task', ...words])}`, turnId: `turn_${digest(['turn', ...words])}` }
}

/** The run that a part of a step starts: always the same for the same attempt. */
export function childRunId(runId: string, stepId: string, unit: string, attempt: number): string {
  return `run_${digest(['run', runId, stepId, unit, String(attempt)])}`
}

/** Tells whether two calls ask for the same, whatever the order of their fields. */
export function bodyDigest(body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(body)))
    .digest('hex')
}

function digest(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 24)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
