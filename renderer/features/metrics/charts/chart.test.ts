import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chartRows, csvOf } from './chart-csv.ts'
import { isEmpty, middleAt, placeOf, stacked, type ChartData } from './chart-data.ts'
import { formatFigure, formatTick, summaryOf } from './chart-words.ts'

const chart = (values: (number | null)[]): ChartData => ({
  title: 'First token',
  kind: 'lines',
  unit: 'ms',
  axis: { type: 'time', step: 60_000 },
  x: values.map((_, index) => Date.parse('2026-11-21T09:00:00Z') + index * 60_000),
  series: [{ key: 'p50', label: 'median', color: 'blue', values }],
})

test('a chart is read aloud as one sentence with its least and greatest figure', () => {
  expect(summaryOf(chart([600, null, 1_900]))).toMatch(/^First token, .*: median from 600 ms to 1\.9 s, highest at .*\.$/)
  expect(summaryOf(chart([null, null]))).toBe('First token: no data in this range.')
})

test('no figure is not zero: not in the table, not in the file, not in a stack', () => {
  expect(chartRows(chart([5, null]))).toEqual([
    ['from', 'median (ms)'],
    ['2026-11-21T09:00:00.000Z', 5],
    ['2026-11-21T09:01:00.000Z', null],
  ])
  expect(csvOf([['a', null, 0]])).toBe('a,,0\r\n')
  const series = chart([1, null, null]).series
  expect(stacked([...series, { ...chart([2, 3, null]).series[0], key: 'other', label: 'x', color: 'red', values: [2, 3, null] }])).toEqual([
    [1, null, null],
    [3, 3, null],
  ])
  expect(isEmpty(chart([null]))).toBe(true)
  expect(isEmpty(chart([0]))).toBe(false)
})

test('names with commas, quotes and formulas stay names in the file', () => {
  expect(csvOf([['a,b', 'say "hi"', '=1+1', '-x', 'line\nend']])).toBe(`"a,b","say ""hi""",'=1+1,'-x,"line\nend"\r\n`)
})

test('the place of a time is the span that holds it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1_000 })), fc.integer({ min: -5, max: 1_005 }), (starts, at) => {
      const x = starts.toSorted((a, b) => a - b).map((start) => start * 10)
      const expected = x.findIndex((start) => start <= at * 10 + 3 && at * 10 + 3 < start + 10)
      expect(placeOf(x, 10, at * 10 + 3)).toBe(expected === -1 ? null : expected)
    }),
  )
})

test('a figure stands within what the axis shows, and within its own span, wherever the two meet', () => {
  const day = 86_400_000
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 * day }),
      fc.integer({ min: 1, max: 400 * day }),
      fc.nat({ max: 27 }),
      (from, length, index) => {
        const weeks: ChartData = {
          ...chart([]),
          axis: { type: 'time', step: 14 * day },
          x: Array.from({ length: 28 }, (_, at) => at * 14 * day),
        }
        const start = index * 14 * day
        const at = middleAt(weeks, index, { from, to: from + length })
        expect(at).toBeGreaterThanOrEqual(start)
        expect(at).toBeLessThanOrEqual(start + 14 * day)
        const isSeen = start < from + length && start + 14 * day > from
        expect(!isSeen || (at >= from && at <= from + length)).toBe(true)
      },
    ),
  )
})

test('the newest figure of a year is drawn although its span has only begun', () => {
  const now = Date.parse('2026-11-21T09:00:00Z')
  const data: ChartData = { ...chart([205]), axis: { type: 'time', step: 7 * 86_400_000 }, x: [now - 3_600_000] }
  expect(middleAt(data, 0, { from: now - 365 * 86_400_000, to: now })).toBe(now - 1_800_000)
  expect(middleAt(data, 0, null)).toBe(now - 3_600_000 + 3.5 * 86_400_000)
})

test.each([
  [800, '800 ms'],
  [80_000, '80 s'],
  [150_000, '2.5 min'],
  [-5_000, '-5 s'],
  [0, '0'],
])('%d ms are %s on an axis', (value, words) => {
  expect(formatTick(value, 'ms')).toBe(words)
})

test.each([
  [0.934, 'share', '93%'],
  [0.006, 'share', '0.6%'],
  [612, 'mb', '612 MB'],
  [2_048, 'mb', '2 GB'],
  [0.001, 'usd', '<$0.01'],
  [48_123, 'tokens', '48.1k'],
  [1_234, 'count', '1,234'],
] as const)('%d as %s is %s', (value, unit, words) => {
  expect(formatFigure(value, unit)).toBe(words)
})
