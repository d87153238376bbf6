import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileMention } from '../../../../shared/file-mention.ts'
import { chosen, mentionedPaths, nameOf, openFolder, tokenAt } from './token.ts'

/** The caret is at the bar. */
function at(marked: string) {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const token = tokenAt(text, caret)
  return token && { ...token, text: text.slice(token.start, token.end) }
}

test.each([
  ['/|', 'command', '', '/'],
  ['/com|', 'command', 'com', '/com'],
  ['/co|mpact now', 'command', 'co', '/compact'],
  ['/ns:deep|', 'command', 'ns:deep', '/ns:deep'],
  ['@|', 'mention', '', '@'],
  ['look at @src/a|pp.ts now', 'mention', 'src/a', '@src/app.ts'],
  ['first\n@a|', 'mention', 'a', '@a'],
  ['see @"a b|', 'mention', 'a b', '@"a b'],
  ['see @"a b|c.txt" and', 'mention', 'a b', '@"a bc.txt"'],
  ['@quo"te|', 'mention', 'quo"te', '@quo"te'],
])('%s is a %s, “%s”', (marked, kind, query, text) => {
  expect(at(marked)).toMatchObject({ kind, query, text })
})

test.each([
  '|',
  '!git log @|',
  'a /com|',
  ' /com|',
  '/etc/|hosts',
  '/etc/hosts|',
  '/compact |',
  '/compact a|',
  'ada@example|',
  '(@a|',
  '@a b|',
  '@"a b" c|',
  '@"a\nb|',
])('%s is plain text', (marked) => expect(at(marked)).toBeNull())

test.each([
  ['/greet Ada', 'greet'],
  ['/greet', 'greet'],
  ['/greet\nAda', 'greet'],
  ['/etc/hosts is wrong', null],
  ['/', ''],
  ['// a comment', null],
  ['hello', null],
])('the command of %j is %j', (text, name) => expect(nameOf(text)).toBe(name))

test('a choice takes the token’s place, and a space follows once', () => {
  const token = tokenAt('see @sr now', 7)
  expect(token && chosen('see @sr now', token, '@src/app.ts')).toEqual({ text: 'see @src/app.ts now', caret: 16 })
  const last = tokenAt('see @sr', 7)
  expect(last && chosen('see @sr', last, '@src/app.ts')).toEqual({ text: 'see @src/app.ts ', caret: 16 })
  expect(last && chosen('see @sr', last, openFolder('my src/'), { open: true })).toEqual({ text: 'see @"my src/', caret: 13 })
})

const anyPath = fc.stringMatching(/^[\p{L}\p{N} ._"'#\\()@,;-]{1,12}(\/[\p{L} .]{1,6})?$/u)

test('whatever is chosen is read back as that path, and is a token again while its folder is open', () => {
  fc.assert(
    fc.property(anyPath, fc.constantFrom('', 'see ', 'x\n'), fc.constantFrom('', ' then'), (path, before, behind) => {
      const words = fileMention(path)
      fc.pre(words !== null && mentionedPaths(`@"${path}"`, 2).length === 1)
      expect(mentionedPaths(`${before}${words ?? ''}${behind}`, 5)).toEqual([path])
      fc.pre(!path.includes('"'))
      const open = `${before}${openFolder(path)}`
      expect(tokenAt(open, open.length)).toMatchObject({ kind: 'mention', query: path, start: before.length })
    }),
  )
})

test('a token lies around the caret, whatever is written', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[/@" \na-c]{0,14}$/), fc.nat(14), (text, place) => {
      const caret = Math.min(place, text.length)
      const token = tokenAt(text, caret)
      fc.pre(token !== null)
      expect(token?.start).toBeLessThan(caret)
      expect(token?.end).toBeGreaterThanOrEqual(caret)
      expect(text.slice(token?.start, caret)).toMatch(/^(\/|@"?)/)
      expect(text.slice(0, caret).endsWith(token?.query ?? '?')).toBe(true)
    }),
  )
})
