import { expect, test } from 'vitest'
import { answersOf, chosen, noChoice, written } from './question-answers.ts'

const options = ['Postgres', 'SQLite', 'None'].map((label) => ({ label, description: '' }))
const one = { question: 'Which database?', header: 'DB', multiSelect: false, options }
const many = { question: 'Which tests?', header: 'Tests', multiSelect: true, options }

test('one option or words of one’s own, never both', () => {
  const picked = chosen(chosen(noChoice, 'Postgres', one), 'SQLite', one)
  expect(answersOf([one], { [one.question]: picked })).toEqual({ 'Which database?': 'SQLite' })
  const own = written(picked, ' DuckDB ', one)
  expect(answersOf([one], { [one.question]: own })).toEqual({ 'Which database?': 'DuckDB' })
  expect(answersOf([one], { [one.question]: chosen(own, 'None', one) })).toEqual({ 'Which database?': 'None' })
})

test('several options in their order, with words of one’s own behind them', () => {
  const picked = chosen(chosen(chosen(noChoice, 'None', many), 'Postgres', many), 'None', many)
  expect(answersOf([many], { [many.question]: picked })).toEqual({ 'Which tests?': ['Postgres'] })
  const both = written(chosen(chosen(noChoice, 'SQLite', many), 'Postgres', many), 'and mine', many)
  expect(answersOf([many], { [many.question]: both })).toEqual({ 'Which tests?': ['Postgres', 'SQLite', 'and mine'] })
})

test('a question without an answer is left out', () => {
  expect(answersOf([one, many], { [many.question]: written(noChoice, '   ', many) })).toEqual({})
})
