import { useMemo, useRef, useState, type FormEvent } from 'react'
import type { Approval, Decision, Elicitation } from '../../../shared/domain/approval.ts'
import { fieldsOf, formFaults } from '../../../shared/domain/elicitation-form.ts'
import { useAnswerDraft } from '../../state/answer-drafts.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { ElicitationField } from './elicitation-field.tsx'
import { contentOf, initialValues, valuesSchema, type FormValues } from './form-values.ts'
import { useApprovalChords } from './use-approval-chords.ts'

export type ElicitationPartProps = {
  approval: Approval
  elicitation: Elicitation
  active: boolean
  busy: boolean
  /** Resolves to whether it was taken. */
  answer: (decision: Decision) => Promise<boolean>
}

const firstFields = 60
const noValues: FormValues = {}
const longestFault = 300

/** A form of an MCP server: checked before it is sent, each fault at its field. What is entered survives a reload. */
export function ElicitationForm({ approval, elicitation, active, busy, answer }: ElicitationPartProps) {
  const { requestedSchema } = elicitation
  const form = useRef<HTMLFormElement>(null)
  const fields = useMemo(() => fieldsOf(requestedSchema), [requestedSchema])
  // Of what the server fills in, nothing is kept: it may be megabytes.
  const { draft, change, send: sendDraft } = useAnswerDraft({ approval, schema: valuesSchema, first: () => noValues, wordsOf: noWords })
  const values = useMemo(() => ({ ...initialValues(fields), ...draft }), [fields, draft])
  const [told, setTold] = useState(false)
  const content = useMemo(() => contentOf(fields, values), [fields, values])
  const faults = useMemo(
    () => new Map(formFaults(requestedSchema, content).map(({ field, message }) => [field, message])),
    [requestedSchema, content],
  )
  const send = (decision: Decision) => sendDraft(() => answer(decision))
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    const first = fields.findIndex(({ name }) => faults.has(name))
    if (first < 0) return void send({ decision: 'allow', content })
    setTold(true)
    form.current?.querySelectorAll('.elicitation-field')[first]?.querySelector<HTMLElement>('input, select, textarea, button')?.focus()
    return undefined
  }
  useApprovalChords(form, active && !busy, (meaning) => (meaning === 'deny' ? void send({ decision: 'deny' }) : submit()))
  const [fault] = told ? [...faults.values()] : []
  return (
    <form ref={form} className="elicitation-form" noValidate onSubmit={submit}>
      <SomeItems items={fields} first={firstFields} name="fields">
        {(field) => (
          <ElicitationField
            key={field.name}
            field={field}
            problem={(told && faults.get(field.name)) || null}
            value={values[field.name] ?? ''}
            onChange={(value) => change((before) => ({ ...before, [field.name]: value }))}
          />
        )}
      </SomeItems>
      {fault !== undefined && (
        <output className="approval-warning">
          {faults.size === 1 ? '1 field needs a change' : `${faults.size.toLocaleString('en-US')} fields need a change`}:{' '}
          {visibleText(clippedWords(fault, longestFault))}
        </output>
      )}
      <div className="approval-answers">
        <button type="submit" className="approval-button approval-allow" disabled={busy}>
          Send {active && <ChordHint keys={['mod', 'enter']} />}
        </button>
        <button type="button" className="approval-button" disabled={busy} onClick={() => void send({ decision: 'deny' })}>
          Decline {active && <ChordHint keys={['mod', 'backspace']} />}
        </button>
      </div>
    </form>
  )
}

/** What is entered in a form is for its server, and no message to Claude. */
function noWords(): string {
  return ''
}
