import { AppError } from '../../../shared/app-error.ts'
import type { StepDecision } from '../../../shared/domain/run.ts'
import { promptFault } from '../recipes/check-templates.ts'
import { needOf } from './run-view.ts'
import { hasEnded, type RunRecord, type StepRecord } from './run-record.ts'

/** The step of a run. Throws NOT_FOUND. */
export function stepIn(run: RunRecord, id: string): StepRecord {
  const step = run.steps.get(id)
  if (step) return step
  throw new AppError('NOT_FOUND', `The run has no step “${id}”. Its steps are: ${[...run.steps.keys()].slice(0, 20).join(', ')}.`)
}

/**
 * Throws STATE_CONFLICT where this cannot be said about a step now, BAD_REQUEST for a prompt that could not be filled in.
 * `since`: it is said of what has waited since then alone.
 */
export function checkDecision(run: RunRecord, step: StepRecord, decision: StepDecision, since?: string): void {
  const { id } = step.step
  const refuse = (why: string) => {
    throw new AppError('STATE_CONFLICT', `“${id}” ${why}`)
  }
  if (step.verdict) refuse('is being decided already. Look again in a moment.')
  switch (decision.decision) {
    case 'approve':
    case 'reject':
      if (step.state === 'cancelled') checkNested(run)
      if (step.kind !== 'gate' || step.state !== 'needs-you') refuse(whyNotAsking(step))
      if (run.isCancelled) refuse('belongs to a run that is being cancelled. Retry the run to be asked again.')
      break
    case 'retry':
      checkNested(run)
      if (run.isCancelled && !run.finished) refuse('belongs to a run that is being cancelled. Wait until it has ended.')
      if (!canRetry(step, decision.index)) refuse('has nothing that failed or was cut off. Only that can be retried.')
      break
    case 'skip':
    case 'done':
      checkNested(run)
      if (run.finished?.state === 'done' || step.state === 'done' || step.state === 'skipped')
        refuse('has ended. Nothing is left to decide.')
      if (run.isCancelled) refuse('belongs to a run that was cancelled. Retry the run first.')
      break
    case 'edit':
      checkNested(run)
      if (step.state !== 'waiting') refuse('has begun already, so its prompt can’t be changed. Retry it with a new run.')
      if (step.step.ask === undefined && step.step.gate === undefined && !step.step.consensus) refuse('has no prompt.')
      checkPrompt(run, step, decision.prompt)
  }
  const now = needOf(step)?.since
  if (since === undefined || since === now) return
  refuse(
    now === undefined
      ? 'waits for nobody any more. Reload the run.'
      : 'waits for something else by now. Read what it asks, then answer that.',
  )
}

/** What became of a gate that is answered and asks nothing. */
function whyNotAsking({ kind, state, error, by }: StepRecord): string {
  if (kind !== 'gate') return 'asks nothing now, as it is no gate. Only a gate is approved or rejected.'
  if (state === 'waiting') return 'asks nothing yet. Wait until its run has come to it.'
  if (state === 'done')
    return by === 'person' ? 'was marked as done already. Nothing was changed.' : 'was approved already. Nothing was changed.'
  if (state === 'skipped') return 'was skipped already. Nothing was changed.'
  if (state === 'cancelled') return 'asks nothing any more, as its run has ended. Retry the run to be asked again.'
  if (error?.code === 'GATE_REJECTED') return 'was rejected already. Retry it to be asked again.'
  if (error?.code === 'TIMED_OUT') return 'was not answered in time. Retry it to be asked again.'
  return 'asks nothing now. Reload the run.'
}

function checkPrompt({ header: { recipe }, order }: RunRecord, { step }: StepRecord, prompt: string): void {
  const fault = promptFault(prompt, step, { recipe, order })
  if (fault !== null) throw new AppError('BAD_REQUEST', `${fault} The prompt stays as it was.`, { data: { field: 'prompt' } })
}

function canRetry(step: StepRecord, index: number | undefined): boolean {
  const isOpen = (state: string) => state === 'failed' || state === 'needs-you' || state === 'cancelled'
  if (index !== undefined) return isOpen(step.units.get(String(index))?.state ?? 'waiting')
  if (step.kind === 'gate' || step.kind === 'wait') return step.state === 'failed'
  return step.state === 'failed' || [...step.units.values()].some(({ state }) => isOpen(state))
}

/** Throws STATE_CONFLICT where this cannot be done to a run now. */
export function checkControl(run: RunRecord, control: 'pause' | 'resume' | 'cancel' | 'retry', stepId?: string): void {
  const refuse = (why: string) => {
    throw new AppError('STATE_CONFLICT', why)
  }
  if (control === 'retry') {
    checkNested(run)
    if (run.isCancelled && !run.finished) refuse('This run is being cancelled. Wait until it has ended, then retry it.')
    if (stepId !== undefined && !canRetry(stepIn(run, stepId), undefined))
      refuse(`“${stepId}” has not failed. Only what failed can be retried.`)
    const canGoOn = run.finished !== null && run.finished.state !== 'done'
    const failed = [...run.steps.values()].some((step) => hasEnded(step) && step.state === 'failed')
    if (!canGoOn && !failed) refuse('Nothing of this run has failed. Only what failed can be retried.')
    return
  }
  if (run.finished) refuse('This run has ended. Retry it, or start another.')
  if (run.isCancelled) refuse('This run is being cancelled. Wait until it has ended.')
  if (control === 'pause' && run.isPaused) refuse('This run is paused already.')
  if (control === 'resume' && !run.isPaused) refuse('This run is not paused.')
}

/** The run around it has taken its outcome and what it has cost. */
function checkNested({ header: { cause }, finished }: RunRecord): void {
  if (!finished || cause.kind !== 'run') return
  const { runId, stepId } = cause
  throw new AppError('STATE_CONFLICT', `This run was a part of another and has ended. Retry the step “${stepId}” of that run.`, {
    data: { runId, stepId },
  })
}
