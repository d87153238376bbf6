import { expect, test } from 'vitest'
import { stripColours } from './terminal-text.ts'

test('colour codes and titles go', () => {
  expect(stripColours('\u001b[1;32mok\u001b[0m \u001b]0;title\u0007done')).toBe('ok done')
})

test('a line that was written over shows its last state', () => {
  expect(stripColours('10%\r50%\r100%\nnext\r\n')).toBe('100%\nnext\n')
})
