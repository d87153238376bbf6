import type { Run, RunStep } from '../../../shared/domain/run.ts'
import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'

/** What can be done about a step as it is now. */
export function StepActs({ run, step }: { run: Run; step: RunStep }) {
  const { state, items, need } = step
  const at = { runId: run.id, stepId: step.id }
  const acts = {
    retry: (state === 'failed' || (items?.failed ?? 0) > 0) && !need,
    edit: state === 'waiting' && (step.kind === 'ask' || step.kind === 'each' || step.kind === 'gate' || step.kind === 'consensus'),
    decide: canDecide(run, step),
  }
  if (!acts.retry && !acts.edit && !acts.decide) return null
  return (
    <div className="step-acts">
      {acts.retry && (
        <Button small variant="primary" onClick={() => attempt(client.runs.retry({ id: run.id, step: step.id }))}>
          {items ? `Retry the failed (${items.failed.toLocaleString('en-US')})` : 'Retry from here'}
        </Button>
      )}
      {acts.edit && (
        <Button small onClick={() => ui.openDialog({ name: 'edit-step', ...at })}>
          Edit prompt…
        </Button>
      )}
      {acts.decide && (
        <>
          <Button small onClick={() => ui.openDialog({ name: 'finish-step', ...at })}>
            Mark as done…
          </Button>
          {!need && (
            <Button small onClick={() => ui.openDialog({ name: 'skip-step', ...at })}>
              Skip…
            </Button>
          )}
        </>
      )}
    </div>
  )
}

/** Whether a person may still say what becomes of it. */
function canDecide({ state: run }: Run, { state }: RunStep): boolean {
  return run !== 'done' && run !== 'cancelled' && state !== 'done' && state !== 'skipped' && state !== 'cancelled'
}
