import { MessageCircleQuestionMark } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { AskedQuestion } from '../../../shared/domain/approval.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { DenyForm } from './deny-form.tsx'
import { answersOf, chosen, noChoice, written, type Choice, type Choices } from './question-answers.ts'
import { useAnswer } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'
import './questions.css'

/** Claude's questions, with their options to choose from and room for words of one's own. */
export function QuestionCard({ approval, active, agent = false, decide }: ApprovalCardProps) {
  const card = useRef<HTMLElement>(null)
  const [choices, setChoices] = useState<Choices>({})
  const [denying, setDenying] = useState(false)
  const { sending, problem, answer } = useAnswer(decide)
  const { questions = [] } = approval
  const answers = answersOf(questions, choices)
  const isAnswered = Object.keys(answers).length > 0
  const send = () => void answer({ decision: 'allow', answers })
  useApprovalChords(card, active && !denying && !sending, (meaning) => {
    if (meaning === 'deny') setDenying(true)
    else if (isAnswered) send()
  })
  const title = questions.length === 1 ? 'Claude has a question' : `Claude has ${questions.length} questions`
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title={title}
      icon={<MessageCircleQuestionMark size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      {questions.map((question) => (
        <Question
          key={question.question}
          question={question}
          choice={choices[question.question] ?? noChoice}
          disabled={sending}
          onChange={(choice) => setChoices((before) => ({ ...before, [question.question]: choice }))}
        />
      ))}
      {denying ? (
        <DenyForm action="Decline" busy={sending} onDeny={(decision) => void answer(decision)} onBack={() => setDenying(false)} />
      ) : (
        <div className="approval-answers">
          <button type="button" className="approval-button approval-allow" disabled={sending || !isAnswered} onClick={send}>
            Send answer {active && <ChordHint keys={['mod', 'enter']} />}
          </button>
          <button type="button" className="approval-button" disabled={sending} onClick={() => void answer({ decision: 'allow' })}>
            You decide
          </button>
          <button type="button" className="approval-button" disabled={sending} onClick={() => setDenying(true)}>
            Decline… {active && <ChordHint keys={['mod', 'backspace']} />}
          </button>
        </div>
      )}
    </ApprovalFrame>
  )
}

type QuestionProps = { question: AskedQuestion; choice: Choice; disabled: boolean; onChange: (choice: Choice) => void }

function Question({ question, choice, disabled, onChange }: QuestionProps) {
  const name = useId()
  const type = question.multiSelect ? 'checkbox' : 'radio'
  return (
    <fieldset className="question" disabled={disabled}>
      <legend dir="auto">
        <VisibleText text={question.question} />
        {question.multiSelect && <span className="question-hint">Choose any number</span>}
      </legend>
      {question.options.map(({ label, description, preview }) => (
        <label key={label} className="question-option" data-chosen={choice.labels.includes(label)}>
          <input
            type={type}
            name={name}
            checked={choice.labels.includes(label)}
            onChange={() => onChange(chosen(choice, label, question))}
          />
          <span dir="auto">
            <span className="question-label">
              <VisibleText text={label} />
            </span>
            {description !== '' && (
              <span className="question-description">
                <VisibleText text={description} />
              </span>
            )}
            {preview !== undefined && (
              <span className="question-preview">
                <VisibleText text={preview} />
              </span>
            )}
          </span>
        </label>
      ))}
      <input
        className="input"
        dir="auto"
        value={choice.own}
        maxLength={10_000}
        aria-label={`Your own answer to: ${question.question}`}
        placeholder="Other…"
        onChange={(event) => onChange(written(choice, event.target.value, question))}
      />
    </fieldset>
  )
}
