import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { fieldRows, type FieldRow } from './field-rows.ts'

const all = { lines: Infinity, characters: Infinity }
const textOf = (segments: FieldRow['value']) => segments.map(({ text }) => text).join('')
const linesOf = (rows: readonly FieldRow[]) =>
  rows.map(({ depth, name, value }) => `${'  '.repeat(depth)}${textOf(name)}: ${textOf(value)}`)

test('a value is fields, nested as it is, without quotes or escapes', () => {
  const { rows, rest } = fieldRows({ url: 'https://a.example', options: { deep: [1, 'two\nlines', true, null] }, none: [], text: '' }, all)
  expect(linesOf(rows)).toEqual([
    'url: https://a.example',
    'options: 1 field',
    '  deep: 4 items',
    '    1: 1',
    '    2: two\nlines',
    '    3: true',
    '    4: none',
    'none: empty list',
    'text: empty',
  ])
  expect(rest).toBeNull()
})

test('what is not shown is counted', () => {
  const value = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`field${at}`, 'x'.repeat(50)]))
  const { rows, rest } = fieldRows(value, { lines: 10, characters: 10_000 })
  expect(rows).toHaveLength(10)
  expect(rest).toEqual({ fields: 90, characters: 4_500 })
  const cut = fieldRows({ prompt: 'y'.repeat(1_000) }, { lines: 10, characters: 100 })
  expect(cut.rest).toEqual({ fields: 0, characters: 1_000 - (100 - 'prompt'.length) })
})

test('with enough room every text of any value stands there exactly', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const { rows, rest } = fieldRows(value, all)
      expect(rest).toBeNull()
      const shown = rows.map(({ value: segments }) => segments.map((part) => (part.hidden ? part.original : part.text)).join(''))
      expect(shown).toEqual(expect.arrayContaining(textsIn(value)))
    }),
  )
})

test('a hostile value costs no more than what is shown of it', () => {
  const value = { marks: `a${'\u0301'.repeat(300_000)}`, spaces: ' '.repeat(10_000), list: Array.from({ length: 50_000 }, () => 'x') }
  const { rows, rest } = fieldRows(value, { lines: 24, characters: 1_600 })
  expect(rows.length).toBeLessThanOrEqual(24)
  expect(rest?.fields).toBeGreaterThan(49_000)
  expect(linesOf(rows)[0]).toContain('300,000 marks')
})

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
