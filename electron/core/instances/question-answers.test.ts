import { expect, test } from 'vitest'
import { askedQuestionSchema } from '../../../shared/domain/approval.ts'
import { questionAnswers } from './question-answers.ts'

function asked(...questions: { question: string; multiSelect?: boolean; options?: { label: string; preview?: string }[] }[]) {
  return { questions: questions.map((question) => askedQuestionSchema.parse(question)) }
}

const decision = 'allow' as const

test('several answers are joined, and empty ones are none', () => {
  const approval = asked({ question: 'Which?', multiSelect: true }, { question: 'Where?' })
  const told = questionAnswers(approval, { decision, answers: { 'Which?': ['A', ' ', 'C'], 'Where?': ' ' } })
  expect(told).toEqual({ answers: { 'Which?': 'A, C' } })
})

test('notes and the preview of what was chosen come along; notes alone are an answer', () => {
  const approval = asked({ question: 'Which?', options: [{ label: 'A', preview: 'a picture' }] }, { question: 'Where?' })
  const annotations = { 'Which?': { notes: ' small ' }, 'Where?': { notes: 'anywhere' } }
  expect(questionAnswers(approval, { decision, answers: { 'Which?': 'A' }, annotations })).toEqual({
    answers: { 'Which?': 'A', 'Where?': '' },
    annotations: { 'Which?': { notes: 'small', preview: 'a picture' }, 'Where?': { notes: 'anywhere' } },
  })
})

test('words instead of answers are the response; beside answers they are a note, so that the answers are not lost', () => {
  const approval = asked({ question: 'Which?' })
  expect(questionAnswers(approval, { decision, message: 'Why at all?' })).toEqual({ answers: {}, response: 'Why at all?' })
  expect(questionAnswers(approval, { decision, answers: { 'Which?': 'A' }, message: 'but small' })).toEqual({
    answers: { 'Which?': 'A' },
    annotations: { 'Which?': { notes: 'but small' } },
  })
})

test('a question that is named as something every object has is not answered by that', () => {
  const approval = asked({ question: 'constructor' }, { question: 'toString' })
  expect(questionAnswers(approval, { decision, answers: {} }).answers).toEqual({})
  expect(questionAnswers(approval, { decision, answers: { toString: 'A' } })).toEqual({ answers: { toString: 'A' } })
})
