import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitting, type Searchable } from './fuzzy.ts'

const command = (name: string, words = '', ...aliases: string[]): Searchable => ({ name, words, aliases })
const all = [
  command('code-review', 'look for bugs in the current diff', 'review'),
  command('compact', 'free up context by summarizing'),
  command('context', 'show current context usage'),
  command('clear', 'start with an empty context', 'reset', 'new'),
  command('ns:compare', 'compare two files'),
]

test.each([
  ['', ['code-review', 'compact', 'context', 'clear', 'ns:compare']],
  ['comp', ['compact', 'ns:compare']],
  ['context', ['context', 'compact', 'clear']],
  ['review', ['code-review']],
  ['reset', ['clear']],
  ['cr', ['code-review', 'clear', 'ns:compare']],
  ['bugs', ['code-review']],
  ['ugs', []],
  ['zzz', []],
])('“%s” finds %j', (query, names) => {
  expect(fitting(query, all, (one) => one).map(({ name }) => name)).toEqual(names)
})

test('what is found has the letters in its name or an alias, or a word of its description; an exact name is first', () => {
  const text = fc.stringMatching(/^[a-c:-]{1,6}$/)
  fc.assert(
    fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 12 }), text, (names, query) => {
      const found = fitting(
        query,
        names.map((name) => command(name)),
        (one) => one,
      ).map(({ name }) => name)
      for (const name of found) expect(hasInOrder(name, query)).toBe(true)
      expect(found.length).toBe(names.filter((name) => hasInOrder(name, query)).length)
      expect(names.includes(query) ? found[0] : query).toBe(query)
    }),
  )
})

function hasInOrder(name: string, query: string): boolean {
  let next = 0
  for (const char of name.split('')) if (char === query[next]) next += 1
  return next === query.length
}
