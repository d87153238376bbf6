import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasUnseen, visibleSegments, visibleText } from './visible-characters.ts'

test('a command that would read backwards is spelled out', () => {
  expect(visibleText('rm \u202E/ fr-\u202C')).toBe('rm ⟨U+202E⟩/ fr-⟨U+202C⟩')
  expect(visibleSegments('a\u202Eb')).toEqual([
    { text: 'a', hidden: false },
    { text: '⟨U+202E⟩', hidden: true, name: 'right-to-left override' },
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
      const back = segments
        .map((part) => (part.hidden ? String.fromCodePoint(Number.parseInt(part.text.slice(3, -1), 16)) : part.text))
        .join('')
      expect(back).toBe(text)
    }),
  )
})
