import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rank, ranked } from './rank.ts'

const titles = ['Hold quick fox', 'Settings', 'quick fox', 'Sign in to Claude…', 'New instance…', 'The settings of the proxy', 'Café menu']
const items = titles.map((title) => ({ title }))
const found = (query: string) => ranked(query, items, 9).map(({ title }) => title)

test('a title that is what was typed comes first', () => {
  expect(found('quick fox')).toEqual(['quick fox', 'Hold quick fox'])
  expect(found('settings')).toEqual(['Settings', 'The settings of the proxy'])
})

test('words may be begun, in any order, without accents, or be first letters', () => {
  expect(found('fox ho')).toEqual(['Hold quick fox'])
  expect(found('CAFE')).toEqual(['Café menu'])
  expect(found('ni')).toContain('New instance…')
  expect(found('zebra')).toEqual([])
})

test('other words find it too, after titles', () => {
  const all = [{ title: 'docs', also: ['/srv/fox'] }, { title: 'fox' }]
  expect(ranked('fox', all, 9).map(({ title }) => title)).toEqual(['fox', 'docs'])
})

test('everything is found by its own title, and everything fits nothing typed', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (title) => rank(title, { title }) > 0 && rank(' ', { title }) > 0))
  expect(ranked('', items, 3)).toEqual(items.slice(0, 3))
})
