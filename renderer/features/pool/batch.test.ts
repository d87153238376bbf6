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
