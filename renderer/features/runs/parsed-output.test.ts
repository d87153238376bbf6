import { expect, test } from 'vitest'
import { parsedOutput } from './parsed-output.ts'

test.each([
  ['', undefined],
  ['  \n', undefined],
  ['{"a": [1, null]}', { a: [1, null] }],
  ['"text"', 'text'],
  ['null', null],
])('%j is an output', (text, value) => {
  expect(parsedOutput(text)).toEqual({ value, problem: null })
})

test('what is no JSON says so, with its place where that is known', () => {
  expect(parsedOutput('{\n  "a": x }').problem).toMatch(/^This isn’t JSON yet( \(line 2, column 8\))?\. Text needs quotes/)
  expect(parsedOutput('hello').value).toBeUndefined()
})
