import fc from 'fast-check'
import { expect, test } from 'vitest'
import { longestShellOutput } from '../../../shared/domain/attachment.ts'
import { KeptOutput } from './kept-output.ts'

function kept(pieces: readonly string[]): string {
  const output = new KeptOutput()
  for (const piece of pieces) output.add(piece)
  return output.text()
}

test('whatever pieces it comes in, short output is kept whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 200 })), (pieces) => {
      expect(kept(pieces)).toBe(pieces.join('').replaceAll('\0', '').toWellFormed())
    }),
  )
})

test('of long output the beginning and the end are kept, and the rest is counted', () => {
  const text = kept([`begin ${'x'.repeat(50_000)}`, `${'y'.repeat(50_000)} end`])
  expect(text.startsWith('begin x')).toBe(true)
  expect(text.endsWith('y end')).toBe(true)
  expect(text).toContain('70,010 characters left out')
  expect(text.length).toBeLessThan(longestShellOutput + 200)
})
