import { expect, test } from 'vitest'
import { feedbackFault, feedbackOf, planWords, quoteOf } from './plan-draft.ts'

test('each comment stands under the passage that it is about, and general words stand last', () => {
  const comments = [
    { quote: 'Move the code', words: 'Only the half of it.' },
    { quote: '', words: 'Too many steps.' },
  ]
  expect(feedbackOf(comments, ' Thanks ')).toBe('> Move the code\n\nOnly the half of it.\n\nToo many steps.\n\nThanks')
  expect(feedbackOf([], ' ')).toBe('')
})

test('a passage is quoted in one line and from its beginning', () => {
  expect(quoteOf(' Move\n  the code ')).toBe('Move the code')
  expect(quoteOf('long '.repeat(1_000)).length).toBe(300)
})

test('what is too long in all is said before it is sent', () => {
  expect(feedbackFault('x'.repeat(10_000))).toBeNull()
  expect(feedbackFault('x'.repeat(11_500))).toContain('1,500 characters too long')
})

test('comments and the changed plan are somebody’s own words, the plan as it was is not', () => {
  expect(planWords({ comments: [{ quote: 'Step 1', words: 'Why?' }], edited: '# Mine' })).toBe('> Step 1\n\nWhy?\n\n# Mine')
  expect(planWords({ comments: [], edited: null })).toBe('')
})
