import { MessageCircleQuestionMark } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { AskedQuestion } from '../../../shared/domain/approval.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { SomeItems } from '../../ui/some-items.tsx'
import { clipText } from '../../words/clip-text.ts'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { DenyForm } from './deny-form.tsx'
import { answersOf, chosen, noChoice, written, type Choice, type Choices } from './question-answers.ts'
import { useAnswer } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'
import './questions.css'

/** What is shown at first of each; more of it comes when it is asked for. */
const firstOf = {
  question: { lines: 40, characters: 4_000 },
  label: { lines: 8, characters: 1_000 },
  description: { lines: 20, characters: 2_000 },
  preview: { lines: 60, characters: 4_000 },
}
const firstQuestions = 20
const firstOptions = 40

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
      <SomeItems items={questions} first={firstQuestions} name="questions">
        {(question) => (
          <Question
            key={question.question}
            question={question}
            choice={choices[question.question] ?? noChoice}
            disabled={sending}
            onChange={(choice) => setChoices((before) => ({ ...before, [question.question]: choice }))}
          />
        )}
      </SomeItems>
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
  return (
    <fieldset className="question" disabled={disabled}>
      <legend dir="auto">
        <BoundedText text={question.question} first={firstOf.question} />
        {question.multiSelect && <span className="question-hint">Choose any number</span>}
      </legend>
      <SomeItems items={question.options} first={firstOptions} name="options">
        {(option) => (
          <Option
            key={option.label}
            option={option}
            type={question.multiSelect ? 'checkbox' : 'radio'}
            name={name}
            chosen={choice.labels.includes(option.label)}
            onChoose={() => onChange(chosen(choice, option.label, question))}
          />
        )}
      </SomeItems>
      <input
        className="input"
        dir="auto"
        value={choice.own}
        maxLength={10_000}
        aria-label={`Your own answer to: ${clipText(question.question, longestName).shown}`}
        placeholder="Other…"
        onChange={(event) => onChange(written(choice, event.target.value, question))}
      />
    </fieldset>
  )
}

const longestName = { lines: 4, characters: 300 }

type OptionProps = {
  option: AskedQuestion['options'][number]
  type: 'checkbox' | 'radio'
  name: string
  chosen: boolean
  onChoose: () => void
}

function Option({ option: { label, description, preview }, type, name, chosen: isChosen, onChoose }: OptionProps) {
  return (
    <label className="question-option" data-chosen={isChosen}>
      <input type={type} name={name} checked={isChosen} onChange={onChoose} />
      <span dir="auto">
        <span className="question-label">
          <BoundedText text={label} first={firstOf.label} />
        </span>
        {description !== '' && (
          <span className="question-description">
            <BoundedText text={description} first={firstOf.description} />
          </span>
        )}
        {preview !== undefined && (
          <span className="question-preview">
            <BoundedText text={preview} first={firstOf.preview} />
          </span>
        )}
      </span>
    </label>
  )
}
