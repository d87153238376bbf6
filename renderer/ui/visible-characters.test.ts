import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasUnseen, visibleSegments, visibleText } from './visible-characters.ts'

test('a command that would read backwards is spelled out', () => {
  expect(visibleText('rm \u202E/ fr-\u202C')).toBe('rm ⟨U+202E⟩/ fr-⟨U+202C⟩')
  expect(visibleSegments('a\u202Eb')).toEqual([
    { text: 'a', hidden: false },
    { text: '⟨U+202E⟩', hidden: true, name: 'right-to-left override', original: '\u202E' },
    { text: 'b', hidden: false },
  ])
})

test.each([
  ['escape sequence', 'ls\u001b[2K', 'ls⟨U+001B⟩[2K'],
  ['carriage return', 'safe\rrm', 'safe⟨U+000D⟩rm'],
  ['zero width', 'e\u200bcho', 'e⟨U+200B⟩cho'],
  ['tag characters', 'x\u{E0041}', 'x⟨U+E0041⟩'],
  ['variation selector', 'x\ufe0f', 'x⟨U+FE0F⟩'],
  ['no-break space', 'a\u00a0b', 'a⟨U+00A0⟩b'],
  ['Hangul filler', 'a\u3164', 'a⟨U+3164⟩'],
  ['lone surrogate', 'a\ud800', 'a⟨U+D800⟩'],
  ['line separator', 'a\u2028b', 'a⟨U+2028⟩b'],
  ['private use', 'a\ue000', 'a⟨U+E000⟩'],
])('%s', (_name, text, shown) => expect(visibleText(text)).toBe(shown))

test('lines, tabs and other scripts stay as they are', () => {
  const text = 'if true; then\n\techo "naïve 日本語 שלום 👍"\nfi'
  expect(visibleText(text)).toBe(text)
  expect(hasUnseen(text)).toBe(false)
})

test('nothing unseen is left and nothing else is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const segments = visibleSegments(text)
      expect(hasUnseen(visibleText(text))).toBe(false)
      const back = segments.map((part) => (part.hidden ? part.original : part.text)).join('')
      expect(back).toBe(text)
    }),
  )
})

test.each([
  ['blank lines', `touch a${'\n'.repeat(301)}touch b`, 'touch a\n⟨300 blank lines⟩\ntouch b'],
  ['blank lines with spaces', 'a\n  \n\t\n \n\nb', 'a\n⟨4 blank lines⟩\nb'],
  ['a long gap', `a${' '.repeat(100_000)}b`, 'a⟨100,000 spaces⟩b'],
  ['a flood of one character', `\u202e`.repeat(3_000), '⟨3,000 × U+202E⟩'],
  ['marks piled up', `a${'\u0301'.repeat(200_000)}b`, 'a⟨200,000 marks⟩b'],
  ['a few of one character', '\u200b\u200b', '⟨U+200B⟩⟨U+200B⟩'],
])('%s can hide nothing', (_name, text, shown) => expect(visibleText(text)).toBe(shown))

test('indentation, paragraphs and accents stay as they are', () => {
  const text = `${' '.repeat(40)}naïve e\u0301\n\n\nנִקּוּד`
  expect(visibleText(text)).toBe(text)
})

test('whatever is hidden, nothing is lost', () => {
  const piece = fc.constantFrom('a', '\n', ' ', '\t', '\u202e', '\u200b', '\u0301', '👍', '\ud800', ' '.repeat(70), '\n'.repeat(9))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('')
      const back = visibleSegments(text).map((part) => (part.hidden ? part.original : part.text))
      expect(back.join('')).toBe(text)
    }),
  )
})
