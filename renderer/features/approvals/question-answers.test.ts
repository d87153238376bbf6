import { expect, test } from 'vitest'
import { askedQuestionSchema } from '../../../shared/domain/approval.ts'
import {
  answersOf,
  chosen,
  emptyDraft,
  nextUnanswered,
  ownWords,
  withChoice,
  written,
  type AnswerDraft,
  type Choice,
} from './question-answers.ts'

const options = [{ label: 'A' }, { label: 'B' }, { label: 'C' }]
const one = askedQuestionSchema.parse({ question: 'Which?', options })
const many = askedQuestionSchema.parse({ question: 'Which all?', options, multiSelect: true })

function drafted(...changes: readonly [place: number, change: (choice: Choice) => Choice][]): AnswerDraft {
  return changes.reduce((draft, [place, change]) => withChoice(draft, place, change), emptyDraft)
}

test('one of a kind: an option takes the place of another, words of one’s own that of an option', () => {
  const chose = drafted([0, (choice) => chosen(choice, 'A', one)], [0, (choice) => chosen(choice, 'B', one)])
  expect(answersOf([one], chose)).toEqual({ answers: { 'Which?': 'B' } })
  const wrote = withChoice(chose, 0, (choice) => written(choice, ' neither ', one))
  expect(answersOf([one], wrote)).toEqual({ answers: { 'Which?': 'neither' } })
  expect(
    answersOf(
      [one],
      withChoice(wrote, 0, (choice) => chosen(choice, 'C', one)),
    ),
  ).toEqual({ answers: { 'Which?': 'C' } })
})

test('several: in the order in which they are offered, with words of one’s own behind them; chosen twice is not chosen', () => {
  const draft = drafted(
    [0, (choice) => chosen(choice, 'C', many)],
    [0, (choice) => chosen(choice, 'B', many)],
    [0, (choice) => chosen(choice, 'A', many)],
    [0, (choice) => chosen(choice, 'B', many)],
    [0, (choice) => written(choice, 'more', many)],
  )
  expect(answersOf([many], draft)).toEqual({ answers: { 'Which all?': ['A', 'C', 'more'] } })
})

test('a question without an answer has none, or the one that the others get; a note is an answer of its own', () => {
  const draft = drafted([1, (choice) => ({ ...choice, note: 'as you like' })])
  const third = askedQuestionSchema.parse({ question: '__proto__', options })
  expect(answersOf([one, many, third], draft)).toEqual({ answers: {}, annotations: { 'Which all?': { notes: 'as you like' } } })
  const rest = answersOf([one, many, third], draft, 'You decide')
  expect(Object.entries(rest.answers ?? {})).toEqual([
    ['Which?', 'You decide'],
    ['__proto__', 'You decide'],
  ])
})

test('the next question without an answer is looked for from the one in focus on, and around', () => {
  const draft = drafted([1, (choice) => chosen(choice, 'A', one)])
  expect(nextUnanswered(3, draft, 1)).toBe(2)
  expect(nextUnanswered(3, drafted([2, (choice) => chosen(choice, 'A', one)]), 2)).toBe(0)
  const all = [0, 1, 2].reduce((before, place) => withChoice(before, place, (choice) => chosen(choice, 'A', one)), emptyDraft)
  expect(nextUnanswered(3, all, 1)).toBeNull()
})

test('what somebody wrote by themselves is told apart from what they chose', () => {
  const choices = [
    { labels: ['Postgres'], own: '', note: ' only for now ' },
    { labels: [], own: 'DuckDB', note: null },
  ]
  expect(ownWords({ choices, talk: 'Why not both?' })).toBe('only for now\n\nDuckDB\n\nWhy not both?')
  expect(ownWords({ choices: [{ labels: ['Postgres'], own: '', note: null }], talk: ' ' })).toBe('')
})
