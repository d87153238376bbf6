import { hasEnded, unbegun, type RunRecord, type StepRecord } from './run-record.ts'

/** A run that has ended goes on: what had not begun by then waits again. */
export function reopen(run: RunRecord): void {
  if (run.finished === null) return
  run.finished = null
  run.endedMs = null
  run.isCancelled = false
  run.isPaused = false
  for (const step of run.steps.values()) if (step.state === 'cancelled') beginFromNothing(step)
}

/**
 * Has a step tried again: of several parts those that failed, or `index` alone; what is done is kept. Everything that comes after it is
 * undone, since it went by what the step was.
 */
export function beginAgain(run: RunRecord, step: StepRecord, index: number | null): void {
  const { id } = step.step
  for (const other of run.steps.values()) {
    if (other.state !== 'waiting' && other.running.size === 0 && run.order.isBefore(id, other.step.id)) beginFromNothing(other)
  }
  // The votes of a consensus belong together, and without parts there is nothing to keep.
  if (step.kind === 'consensus' ? hasEnded(step) : step.total === 0) return beginFromNothing(step)
  for (const [name, unit] of step.units) {
    if (index !== null && name !== String(index)) continue
    if (unit.state !== 'failed' && unit.state !== 'needs-you' && unit.state !== 'cancelled') continue
    step.counts[unit.state === 'needs-you' ? 'needsYou' : unit.state] -= 1
    unit.state = 'waiting'
    unit.tries = 0
    unit.misfits = 0
    unit.isAskedAgain = false
    unit.dueMs = null
    unit.error = undefined
    unit.endedMs = null
    step.again.add(name)
  }
  step.state = step.counts.needsYou > 0 ? 'needs-you' : 'running'
  step.error = undefined
  step.verdict = null
  step.by = undefined
  step.ended = null
  step.endedMs = null
}

function beginFromNothing(step: StepRecord): void {
  const round = step.round + (step.startedMs === null ? 0 : 1)
  Object.assign(step, unbegun(), { round })
}
