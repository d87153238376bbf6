import type { ErrorInfo } from '../../../shared/app-error.ts'
import { unitAt, type StepRecord } from './run-record.ts'

/** How a step ends whose parts have all ended. */
export function endOf(step: StepRecord): { state: 'done' | 'failed' | 'skipped' | 'cancelled'; error?: ErrorInfo | undefined } {
  const { counts, total } = step
  if (counts.cancelled > 0) return { state: 'cancelled' }
  if (counts.failed > 0) return { state: 'failed', error: partsFailed(step) }
  return { state: total > 0 && counts.skipped === total ? 'skipped' : 'done' }
}

function partsFailed(step: StepRecord): ErrorInfo | undefined {
  const { counts, total, units } = step
  const index = Array.from({ length: total }, (_, at) => at).find((at) => units.get(unitAt(step, at))?.state === 'failed') ?? 0
  const first = units.get(unitAt(step, index))?.error
  if (step.kind !== 'each') return first
  const message = `${counts.failed} of ${total} parts failed. Part ${index + 1}: ${first?.message ?? 'no reason is known.'}`
  return { code: 'PARTS_FAILED', message, data: { failed: counts.failed, total } }
}
