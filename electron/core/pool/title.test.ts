import fc from 'fast-check'
import { expect, test } from 'vitest'
import { titleFrom } from './title.ts'

test('the first line with words gives the title, without its markdown', () => {
  expect(titleFrom('\n\n## Fix the *upload* client\nand more')).toBe('Fix the *upload* client')
  expect(titleFrom('   ')).toBe('Image')
})

test('a long prompt is cut at a word and marked', () => {
  const title = titleFrom('The upload client gives up after one 503. Give it a sane retry policy and a test.')
  expect(title).toBe('The upload client gives up after one 503. Give it a sane…')
})

test('any text gives a title that a title may be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const title = titleFrom(text)
      expect(title.trim().length).toBeGreaterThan(0)
      expect(title.length).toBeLessThanOrEqual(200)
    }),
  )
})
