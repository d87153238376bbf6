import { expect, test } from 'vitest'
import { nearestOf } from './nearest.ts'

const known = ['instanceId', 'instance', 'conversationId', 'text', 'priority', 'timeoutSeconds', 'cwd', 'source']

test.each([
  ['instanceid', 'instanceId'],
  ['instance_id', 'instanceId'],
  ['conversation', 'conversationId'],
  ['txt', 'text'],
  ['priorty', 'priority'],
  ['timeout', 'timeoutSeconds'],
  ['cdw', 'cwd'],
  ['sources', 'source'],
  ['zebra', null],
  ['', null],
  ['__proto__', null],
])('%s was probably meant as %s', (word, nearest) => {
  expect(nearestOf(word, known)).toBe(nearest)
})
