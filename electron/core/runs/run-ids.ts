import { createHash } from 'node:crypto'
import { Pace } from '../recipes/in-slices.ts'

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

/** Tells whether two calls ask for the same, whatever the order of their fields. Others have their turn while it reads a long list. */
export async function bodyDigest(body: unknown): Promise<string> {
  const hash = createHash('sha256')
  const pace = new Pace()
  for (const part of partsOf(body)) {
    hash.update(part)
    await pace.rest()
  }
  return hash.digest('hex')
}

function digest(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 24)
}

/** As JSON, with the fields of objects in order. */
function* partsOf(value: unknown): Generator<string, void, void> {
  if (typeof value !== 'object' || value === null) return yield JSON.stringify(value) ?? 'null'
  const isList = Array.isArray(value)
  const entries = Object.entries(value).filter(([, item]) => isList || item !== undefined)
  if (!isList) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  yield isList ? '[' : '{'
  for (const [index, [key, item]] of entries.entries()) {
    yield `${index === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`
    yield* partsOf(item)
  }
  yield isList ? ']' : '}'
}
