import type { Run, RunAsk } from '../../../shared/domain/run.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import './need-form.css'

/** What the turns of a step and the runs nested in it wait for, with the way to where it is answered. */
export function AskLinks({ run, stepId }: { run: Pick<Run, 'asks'>; stepId: string }) {
  const asks = run.asks.filter((ask) => ask.stepId === stepId && (ask.kind === 'approval' || ask.kind === 'run'))
  return asks.map((ask) => (
    <div key={ask.approvalId ?? ask.runId} className="need-form">
      <p>{ask.text}</p>
      <div className="need-form-acts">
        <Button small variant="primary" onClick={() => show(ask)}>
          {ask.kind === 'run' ? 'Show nested run' : 'Show and answer'}
        </Button>
      </div>
    </div>
  ))
}

function show({ conversationId, runId }: RunAsk): void {
  if (runId !== undefined) ui.go({ name: 'run', id: runId })
  else if (conversationId !== undefined) ui.go({ name: 'conversation', id: conversationId })
}
