import { expect, test } from 'vitest'
import { labelsFrom } from './labels-from.ts'

test('commas separate, but not those of a tool’s pattern', () => {
  expect(labelsFrom('Read, Bash(git log, git diff) ,, Read')).toEqual(['Read', 'Bash(git log, git diff)'])
  expect(labelsFrom(' ')).toEqual([])
})
