import { MessageCircleQuestionMark } from 'lucide-react'
import { useRef } from 'react'
import { SomeItems } from '../../ui/some-items.tsx'
import type { ApprovalCardProps } from './approval-card.tsx'
import { ApprovalFrame } from './approval-frame.tsx'
import { AskedQuestion } from './asked-question.tsx'
import { DenyForm } from './deny-form.tsx'
import { choiceAt, withChoice } from './question-answers.ts'
import { QuestionButtons } from './question-buttons.tsx'
import { useQuestions } from './use-questions.ts'
import { WordsForm } from './words-form.tsx'
import './questions.css'

const firstQuestions = 20

/** Claude's questions, with their options to choose from, notes, and room for words of one's own. */
export function QuestionCard({ approval, active, agent = false, decide }: ApprovalCardProps) {
  const card = useRef<HTMLElement>(null)
  const { questions, draft, change, at, count, mode, setMode, free, sending, problem, ...acts } = useQuestions({
    card,
    approval,
    active,
    decide,
  })
  const isOne = questions.length === 1
  return (
    <ApprovalFrame
      ref={card}
      id={approval.id}
      title={isOne ? 'Claude has a question' : `Claude has ${questions.length} questions`}
      note={isOne ? undefined : `${count} of ${questions.length} answered`}
      icon={<MessageCircleQuestionMark size={16} strokeWidth={1.75} aria-hidden />}
      agent={agent}
      since={approval.createdAt}
      problem={problem}
    >
      <SomeItems items={questions} first={firstQuestions} name="questions">
        {(question, place) => (
          <AskedQuestion
            key={question.question}
            question={question}
            place={place}
            choice={choiceAt(draft, place)}
            several={!isOne}
            showKeys={active && free && at === place}
            disabled={sending}
            onChange={(next) => change((before) => withChoice(before, place, next))}
          />
        )}
      </SomeItems>
      {mode === 'declining' && (
        <DenyForm action="Decline" busy={sending} onDeny={(decision) => void acts.send(decision)} onBack={() => setMode('answering')} />
      )}
      {mode === 'talking' && (
        <WordsForm
          value={draft.talk}
          action="Send message"
          label="Message to Claude"
          placeholder="What would you like to clear up first?"
          busy={sending}
          onChange={(talk) => change((before) => ({ ...before, talk }))}
          onSend={() => void acts.talk()}
          onBack={() => setMode('answering')}
        />
      )}
      {mode === 'answering' && (
        <QuestionButtons
          count={count}
          of={questions.length}
          active={active}
          busy={sending}
          onSend={() => void acts.sendAnswers()}
          onLeave={() => void acts.leave()}
          onTalk={() => setMode('talking')}
          onDecline={() => setMode('declining')}
        />
      )}
    </ApprovalFrame>
  )
}
