import { Plug } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Elicitation } from '../../../shared/domain/approval.ts'
import { fieldsOf, formFaults } from '../../../shared/domain/elicitation-form.ts'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { ElicitationField } from './elicitation-field.tsx'
import { contentOf, initialValues, type FormValues } from './elicitation-form.ts'
import { useAnswer } from './use-answer.ts'
import './questions.css'

const firstOfName = { lines: 2, characters: 200 }
const firstOfMessage = { lines: 40, characters: 4_000 }
const firstFields = 60
/** A longer address is shown, and opened by nobody who has not seen it whole. */
const longestAddress = 4_000

/** What an MCP server asks: a form to fill in, or an address to open. Nothing is sent before the user says so. */
export function ElicitationCard({ approval, agent = false, decide }: ApprovalCardProps) {
  const { elicitation } = approval
  const { sending, problem, answer } = useAnswer(decide)
  const fields = fieldsOf(elicitation?.requestedSchema)
  const [values, setValues] = useState<FormValues>(() => initialValues(fields))
  const card = useRef<HTMLElement>(null)
  const [told, setTold] = useState(false)
  if (!elicitation) return null
  const isForm = elicitation.mode === 'form'
  const content = contentOf(fields, values)
  const faults = isForm ? formFaults(elicitation.requestedSchema, content) : []
  const send = () => {
    const first = fields.findIndex(({ name }) => faults.some(({ field }) => field === name))
    if (first < 0) return void answer({ decision: 'allow', ...(isForm ? { content } : {}) })
    setTold(true)
    card.current?.querySelectorAll('.elicitation-field')[first]?.querySelector<HTMLElement>('input, select, textarea')?.focus()
    return undefined
  }
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title={
        <>
          <BoundedText text={elicitation.server} first={firstOfName} /> {isForm ? 'asks for information' : 'asks you to open a page'}
        </>
      }
      icon={<Plug size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      <p className="elicitation-message" dir="auto">
        <BoundedText text={elicitation.message} first={firstOfMessage} />
      </p>
      {isForm ? (
        <SomeItems items={fields} first={firstFields} name="fields">
          {(field) => (
            <ElicitationField
              key={field.name}
              field={field}
              problem={(told && faults.find((fault) => fault.field === field.name)?.message) || null}
              value={values[field.name] ?? ''}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          )}
        </SomeItems>
      ) : (
        elicitation.url !== undefined && <Address elicitation={elicitation} url={elicitation.url} />
      )}
      <div className="approval-answers">
        <button type="button" className="approval-button approval-allow" disabled={sending} onClick={send}>
          {isForm ? 'Send' : 'Done'}
        </button>
        <button type="button" className="approval-button" disabled={sending} onClick={() => void answer({ decision: 'deny' })}>
          Decline
        </button>
      </div>
    </ApprovalFrame>
  )
}

/** The whole address stands there before it is opened, and only web addresses can be. */
function Address({ elicitation, url }: { elicitation: Elicitation; url: string }) {
  const isWeb = url.length <= longestAddress && /^https?:\/\//i.test(url)
  return (
    <p className="elicitation-address">
      {isWeb ? (
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          referrerPolicy="no-referrer"
          aria-label={`Open the page of ${elicitation.server}`}
        >
          {url}
        </a>
      ) : (
        <BoundedText text={url} first={{ lines: 8, characters: longestAddress }} />
      )}
    </p>
  )
}
