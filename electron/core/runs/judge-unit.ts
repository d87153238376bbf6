import type { ErrorInfo } from '../../../shared/app-error.ts'
import { answerOf, mostAsks } from '../recipes/structured-answer.ts'
import type { HappeningOf, UnitAsk } from './journal-entry.ts'
import type { RunRecord, StepRecord, UnitRecord } from './run-record.ts'
import type { UnitEnd } from './unit-host.ts'

export type Judging = {
  run: RunRecord
  step: StepRecord
  name: string
  unit: UnitRecord
  ask: UnitAsk
  /** Why it was stopped by the run itself; undefined: it was not. */
  stoppedBy: ErrorInfo | null | undefined
  atMs: number
}

/** What becomes of a part whose work has ended. */
export function judgeUnit(end: UnitEnd, judging: Judging): HappeningOf<'unit'> {
  const { name, unit, step, ask } = judging
  const { text, turns, spent, conversationId, instanceId } = end
  const known = {
    type: 'unit' as const,
    step: step.step.id,
    unit: name,
    attempt: unit.attempt,
    text,
    turns,
    spent,
    conversationId,
    instanceId,
  }
  if (end.state !== 'done') return { ...known, output: undefined, ...notDone(end, judging) }
  if (end.output !== undefined && (ask.schema === null || ask.kind === 'run')) return { ...known, state: 'done', output: end.output }
  if (ask.schema === null) return { ...known, state: 'done', output: undefined }
  const answer = answerOf({ structured: end.output, text }, ask.schema)
  if ('output' in answer) return { ...known, state: 'done', output: answer.output }
  if (unit.misfits + 1 < mostAsks && !judging.run.isCancelled) return { ...known, state: 'again', output: undefined, faults: answer.faults }
  return { ...known, output: undefined, ...failing(misfit(answer.faults), judging) }
}

type Outcome = Pick<HappeningOf<'unit'>, 'state' | 'error' | 'due'>

function notDone(end: UnitEnd, judging: Judging): Outcome {
  const { run, step, stoppedBy } = judging
  if (run.isCancelled || step.verdict) return { state: 'cancelled' }
  if (stoppedBy) return { state: 'failed', error: stoppedBy }
  const error = end.error ?? unexplained
  if (end.state === 'cancelled') return { state: 'failed', error }
  if (end.isCutOff) return { state: 'needs-you', error }
  return failing(error, judging)
}

function failing(error: ErrorInfo, { step, unit, atMs, run }: Judging): Outcome {
  const { times, backoffSeconds } = step.step.retry ?? { times: 0, backoffSeconds: 0 }
  if (unit.tries >= times || run.isCancelled) return { state: 'failed', error }
  return { state: 'again', error, due: new Date(atMs + backoffSeconds * 1_000 * 2 ** unit.tries).toISOString() }
}

const unexplained: ErrorInfo = { code: 'STEP_FAILED', message: 'It ended without an answer. Retry it.' }

function misfit(faults: readonly string[]): ErrorInfo {
  const message = `The answer did not fit the schema after ${mostAsks} tries: ${faults.join('; ')}. Retry it, or change the schema.`
  return { code: 'ANSWER_MISFIT', message: message.slice(0, 2_000) }
}
