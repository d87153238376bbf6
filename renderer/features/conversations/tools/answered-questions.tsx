import { Check, MessageCircle, Minus } from 'lucide-react'
import { BoundedText } from '../../../tools/bounded-text.tsx'
import { SomeItems } from '../../../ui/some-items.tsx'
import type { ToolView } from '../thread-row.ts'
import { answeredQuestions, type AnsweredQuestion } from './answered.ts'

const firstOfQuestion = { lines: 12, characters: 1_200 }
const firstOfAnswer = { lines: 20, characters: 2_000 }
const firstQuestions = 20
const firstAnswers = 40

/** Claude's questions with the answers that were given. */
export function AnsweredQuestions({ call }: { call: ToolView }) {
  const { questions, response, left } = answeredQuestions(call)
  return (
    <div className="answered">
      <SomeItems items={questions} first={firstQuestions} name="questions">
        {(question, place) => <Question key={place} question={question} quiet={response !== null || left || call.state === 'denied'} />}
      </SomeItems>
      {response !== null && (
        <p className="answered-question">
          <MessageCircle size={14} strokeWidth={1.75} aria-hidden /> You replied: <BoundedText text={response} first={firstOfAnswer} />
        </p>
      )}
      {left && <p className="tool-note">You left the choice to Claude.</p>}
    </div>
  )
}

function Question({ question: { text, answers, note }, quiet }: { question: AnsweredQuestion; quiet: boolean }) {
  return (
    <div>
      <p className="answered-question" dir="auto">
        <BoundedText text={text} first={firstOfQuestion} />
      </p>
      {answers.length === 0 && note === null && !quiet && (
        <ul>
          <li>
            <Minus size={14} strokeWidth={1.75} aria-hidden />
            Not answered
          </li>
        </ul>
      )}
      <ul>
        <SomeItems items={answers} first={firstAnswers} name="answers">
          {(answer, place) => (
            <li key={place}>
              <Check size={14} strokeWidth={2} aria-hidden />
              <span dir="auto">
                <BoundedText text={answer} first={firstOfAnswer} />
              </span>
            </li>
          )}
        </SomeItems>
      </ul>
      {note !== null && (
        <p className="answered-note" dir="auto">
          Note: <BoundedText text={note} first={firstOfAnswer} />
        </p>
      )}
    </div>
  )
}
