import { expect, test } from 'vitest'
import { labelsOf, queuedOf, usualOptions } from './work-options.ts'

test('empty labels are left out, and minutes become seconds', () => {
  expect(labelsOf({ ...usualOptions, source: ' ci ', target: '' })).toEqual({ source: 'ci', priority: 5 })
  expect(labelsOf({ ...usualOptions, labels: 'docs, fast,docs' })).toEqual({ labels: ['docs', 'fast'], priority: 5 })
  expect(queuedOf({ ...usualOptions, deadlineMinutes: '1,5', retries: '0' })).toEqual({ priority: 5, retries: 0, timeoutSeconds: 90 })
})

test('what is no number is said, not sent', () => {
  expect(queuedOf({ ...usualOptions, deadlineMinutes: 'soon' })).toBe('Deadline: enter minutes, or leave it empty.')
  expect(queuedOf({ ...usualOptions, retries: '11' })).toBe('Retries: enter a number from 0 to 10.')
})
