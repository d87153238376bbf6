import { useState, type RefObject } from 'react'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { useAnswerDraft } from '../../state/answer-drafts.ts'
import {
  answerDraftSchema,
  answersOf,
  choiceAt,
  chosen,
  emptyDraft,
  isAnswered,
  nextUnanswered,
  ownWords,
  withChoice,
} from './question-answers.ts'
import { useAnswer, type Decide } from './use-answer.ts'
import { useApprovalChords } from './use-approval-chords.ts'
import { useQuestionKeys } from './use-question-keys.ts'

type Options = { card: RefObject<HTMLElement | null>; approval: Approval; active: boolean; decide: Decide }

/** What a question that is left to Claude is answered with, beside others that have an answer. */
const decideRest = 'No preference: choose what fits best.'
const talkFirst = 'I would like to talk about this before I answer.'

/** What is chosen and written in a card of Claude's questions, the keys that do it, and how it is sent. */
export function useQuestions({ card, approval, active, decide }: Options) {
  const {
    draft,
    change,
    send: sendDraft,
  } = useAnswerDraft({ approval, schema: answerDraftSchema, first: () => emptyDraft, wordsOf: ownWords })
  /** The question that keys are about. */
  const [at, setAt] = useState(0)
  const [mode, setMode] = useState<'answering' | 'declining' | 'talking'>('answering')
  const { sending, problem, answer } = useAnswer(decide)
  const { questions = [] } = approval
  const count = questions.filter((_, place) => isAnswered(choiceAt(draft, place))).length
  const free = mode === 'answering' && !sending
  const send = (decision: Decision) => sendDraft(() => answer(decision))
  const sendAnswers = (rest?: string) => send({ decision: 'allow', ...answersOf(questions, draft, rest) })
  const focus = (place: number) => {
    setAt(place)
    const element = card.current?.querySelector(`[data-question="${place}"]`)
    const field = element?.querySelector<HTMLElement>('input:checked') ?? element?.querySelector<HTMLElement>('input, textarea')
    field?.focus()
  }
  /** Sends when each question has an answer, and else goes to the next that has none. */
  const goOn = () => {
    const next = nextUnanswered(questions.length, draft, at)
    if (next === null) void sendAnswers()
    else focus(next)
  }
  const choose = (option: number) => {
    const question = questions[at]
    const label = question?.options[option]?.label
    if (question === undefined || label === undefined) return false
    change((before) => withChoice(before, at, (choice) => chosen(choice, label, question)))
    card.current?.querySelectorAll<HTMLElement>(`[data-question="${at}"] .question-option input`)[option]?.focus()
    return true
  }
  useApprovalChords(card, active && free, (meaning) => (meaning === 'deny' ? setMode('declining') : goOn()))
  useQuestionKeys(card, active, {
    free,
    choose,
    enter: (field) => {
      // The first Enter on an option takes it, so that none is sent that was not seen as chosen.
      if (field.matches('.question-option input') && !isAnswered(choiceAt(draft, at))) choose(Number(field.dataset['option']))
      else goOn()
    },
    look: setAt,
  })
  return {
    questions,
    draft,
    change,
    at,
    count,
    mode,
    setMode,
    free,
    sending,
    problem,
    send,
    sendAnswers,
    /** Leaves those without an answer to Claude. */
    leave: () => (count === 0 ? send({ decision: 'allow' }) : sendAnswers(decideRest)),
    talk: () => send({ decision: 'allow', message: draft.talk.trim() || talkFirst }),
  }
}
