import { expect, test } from 'vitest'
import { leftToClaude } from '../../../../shared/domain/approval.ts'
import { answeredQuestions } from './answered.ts'
import { planOf } from './plan.ts'

const questions = ['Which?', 'constructor'].map((question) => ({ question, options: [{ label: 'A' }, { label: 'B' }] }))
const call = { input: { questions }, data: null, approval: null, state: 'done' as const }

test('our own record of an answer counts before Claude Code’s; what has no answer has none', () => {
  const data = { answers: { 'Which?': 'A, B' }, annotations: { 'Which?': { notes: 'both' } } }
  expect(answeredQuestions({ ...call, data }).questions).toEqual([
    { text: 'Which?', answers: ['A, B'], note: 'both' },
    { text: 'constructor', answers: [], note: null },
  ])
  const approval = { outcome: 'allowed' as const, answers: { 'Which?': ['A', 'B'] } }
  expect(answeredQuestions({ ...call, data, approval }).questions[0]?.answers).toEqual(['A', 'B'])
})

test('words instead of answers, and a choice that was left to Claude', () => {
  const allowed = { outcome: 'allowed' as const }
  expect(answeredQuestions({ ...call, approval: { ...allowed, message: 'Why?' } })).toMatchObject({ response: 'Why?', left: false })
  expect(answeredQuestions({ ...call, data: { response: 'Why?' }, approval: allowed })).toMatchObject({ response: 'Why?', left: false })
  expect(answeredQuestions({ ...call, approval: allowed })).toMatchObject({ response: null, left: true })
  expect(answeredQuestions({ ...call, data: { answers: {}, response: leftToClaude } })).toMatchObject({ response: null, left: true })
  expect(answeredQuestions({ ...call, input: { questions: 'none' } })).toEqual({ questions: [], response: null, left: false })
})

test('of a plan the user’s own is shown, then what was approved, then what was proposed', () => {
  const approval = { outcome: 'allowed' as const, plan: 'proposed' }
  expect(planOf({ input: {}, data: null, approval: null })).toBeNull()
  expect(planOf({ input: {}, data: null, approval })).toEqual({ text: 'proposed', edited: false })
  expect(planOf({ input: {}, data: { plan: 'approved', planWasEdited: true }, approval })).toEqual({ text: 'approved', edited: true })
  expect(planOf({ input: {}, data: null, approval: { ...approval, editedPlan: 'mine' } })).toEqual({ text: 'mine', edited: true })
})
