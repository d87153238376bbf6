import { useEffect, useState } from 'react'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { errorWords } from '../../words/error-words.ts'
import { parsedOutput } from './parsed-output.ts'
import { promptEdited } from './use-run.ts'

type OfStep = { runId: string; stepId: string }

/** Asks before a run and all that it started is ended. */
export function CancelRunDialog({ id }: { id: string }) {
  const title = usePool((state) => state.runs.get(id)?.title ?? 'this run')
  return (
    <FormDialog title="Cancel this run?" action="Cancel run" cancel="Keep running" danger run={() => client.runs.cancel({ id })}>
      <p>Everything that “{title}” has started ends now. What is done is kept, and you can retry from there.</p>
    </FormDialog>
  )
}

/** A step that is left out. */
export function SkipStepDialog({ runId, stepId }: OfStep) {
  const [message, setMessage] = useState('')
  const said = message.trim() === '' ? {} : { message }
  return (
    <FormDialog
      title={`Skip ${stepId}?`}
      action="Skip step"
      run={() => client.runs.decide({ id: runId, step: stepId, decision: 'skip', ...said })}
    >
      <p>Steps that need it start as if it had finished, without its output.</p>
      <MessageField message={message} onChange={setMessage} />
    </FormDialog>
  )
}

/** A step that counts as done, with an output that a person gives. */
export function FinishStepDialog({ runId, stepId }: OfStep) {
  const [text, setText] = useState('')
  const [message, setMessage] = useState('')
  const output = parsedOutput(text)
  const run = () =>
    client.runs.decide({
      id: runId,
      step: stepId,
      decision: 'done',
      ...(output.value === undefined ? {} : { output: output.value }),
      ...(message.trim() === '' ? {} : { message }),
    })
  return (
    <FormDialog title={`Mark ${stepId} as done`} action="Mark as done" ready={output.problem === null} run={run}>
      <Field label="Output" hint="JSON that later steps read. Optional." problem={output.problem}>
        {(props) => (
          <textarea
            {...props}
            className="input input-code"
            rows={6}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <MessageField message={message} onChange={setMessage} />
    </FormDialog>
  )
}

/** Another prompt for a step that has not started. */
export function EditStepDialog({ runId, stepId }: OfStep) {
  const [prompt, setPrompt] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let wanted = true
    client.runs.step({ id: runId, step: stepId }).then(
      (step) => wanted && setPrompt(step.prompt ?? ''),
      (thrown: unknown) => wanted && setProblem(errorWords(thrown)),
    )
    return () => {
      wanted = false
    }
  }, [runId, stepId])
  const run = async () => {
    await client.runs.decide({ id: runId, step: stepId, decision: 'edit', prompt: prompt ?? '' })
    promptEdited(runId, stepId)
  }
  return (
    <FormDialog title={`Edit the prompt of ${stepId}`} action="Save" ready={prompt !== null && prompt.trim() !== ''} run={run}>
      <Field label="Prompt" hint="For this run only. Templates such as {{ steps.find.text }} work." problem={problem}>
        {(props) => (
          <textarea
            {...props}
            className="input input-code"
            rows={12}
            disabled={prompt === null}
            value={prompt ?? ''}
            onChange={(event) => setPrompt(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}

function MessageField({ message, onChange }: { message: string; onChange: (message: string) => void }) {
  return (
    <Field label="Message" hint="Optional. Later steps can read it.">
      {(props) => <textarea {...props} className="input" rows={2} value={message} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}
