import { useId, useState } from 'react'
import type { RunStep } from '../../../shared/domain/run.ts'
import { client } from '../../connection/connection.ts'
import { Markdown } from '../../markdown/markdown.tsx'
import { Button } from '../../ui/button.tsx'
import { errorWords } from '../../words/error-words.ts'
import { formatFullTime } from '../../words/times.ts'
import './need-form.css'

type NeedFormProps = { runId: string; step: Pick<RunStep, 'id' | 'need'> }
type Decision = 'approve' | 'reject' | 'retry' | 'skip' | 'done'

const leads = {
  gate: null,
  'cut-off': 'It was cut off, and a tool may have had an effect by then. Check before retrying.',
  event: 'It waits until you say that this has happened:',
} as const

const choices: Record<NonNullable<RunStep['need']>['kind'], readonly { decision: Decision; label: string; takesMessage: boolean }[]> = {
  gate: [
    { decision: 'approve', label: 'Approve', takesMessage: true },
    { decision: 'reject', label: 'Reject', takesMessage: true },
  ],
  'cut-off': [
    { decision: 'retry', label: 'Retry', takesMessage: false },
    { decision: 'skip', label: 'Skip', takesMessage: true },
  ],
  event: [
    { decision: 'done', label: 'It has happened', takesMessage: true },
    { decision: 'skip', label: 'Skip', takesMessage: true },
  ],
}

/** What a step asks of a person, and the answers to it; later steps can read the message. */
export function NeedForm({ runId, step: { id, need } }: NeedFormProps) {
  const field = useId()
  const [message, setMessage] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)
  if (!need) return null
  const decide = async (decision: Decision, takesMessage: boolean) => {
    setSending(true)
    setProblem(null)
    const said = takesMessage && message.trim() !== '' ? { message } : {}
    try {
      // Of what is read here, not of what the step may ask by then.
      await client.runs.decide({ id: runId, step: id, decision, since: need.since, ...said })
    } catch (thrown) {
      setProblem(errorWords(thrown))
      setSending(false)
    }
  }
  const lead = leads[need.kind]
  return (
    <div className="need-form">
      {lead !== null && <p>{lead}</p>}
      {need.text !== '' && <Markdown text={need.text} />}
      {need.until !== undefined && <p className="run-note">Fails if nobody answers by {formatFullTime(need.until)}.</p>}
      <label htmlFor={field}>Message</label>
      <textarea
        id={field}
        className="input"
        rows={2}
        placeholder="Optional. Later steps can read it."
        value={message}
        onChange={(event) => setMessage(event.target.value)}
      />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="need-form-acts">
        {choices[need.kind].map(({ decision, label, takesMessage }, at) => (
          <Button
            key={decision}
            small
            variant={at === 0 ? 'primary' : 'secondary'}
            disabled={isSending}
            onClick={() => void decide(decision, takesMessage)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  )
}
