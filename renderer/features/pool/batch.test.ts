import { expect, test } from 'vitest'
import { promptsOf } from './batch.ts'

test.each([
  ['', []],
  ['one', ['one']],
  ['one\ntwo\r\n three ', ['one', 'two', 'three']],
  ['first\nof two lines\n\n \nsecond', ['first\nof two lines', 'second']],
])('%j is %j', (text, prompts) => {
  expect(promptsOf(text)).toEqual(prompts)
})

test('the user may say how the text is taken apart', () => {
  const text = 'one\ntwo\n\nthree'
  expect(promptsOf(text, 'lines')).toEqual(['one', 'two', 'three'])
  expect(promptsOf(text, 'blocks')).toEqual(['one\ntwo', 'three'])
  expect(promptsOf(text, 'one')).toEqual([text])
})
