import { expect, test } from 'vitest'
import type { DiffHunk } from '../../../shared/domain/changes.ts'
import { diffRows, type DiffLayout } from '../../tools/diff/diff-rows.ts'
import { digitsOf, usualHeight } from './row-heights.ts'

const short = 'const one = 1'
const long = `const ${'longer '.repeat(9)}`

function rowsOf(texts: readonly string[], layout: DiffLayout, first = 1) {
  const hunk: DiffHunk = {
    oldStart: first,
    oldLines: texts.length,
    newStart: first,
    newLines: texts.length,
    section: '',
    lines: texts.flatMap((text) => [{ kind: '-', text } as const, { kind: '+', text } as const]),
  }
  return diffRows({ hunks: [hunk], layout, opened: new Set(), whole: null, hasTail: true })
}

test('lines that fit are one line high, and two where half of the width is too little', () => {
  expect(usualHeight(rowsOf([long, long, long], 'unified'), 'unified', 745)).toBe(20)
  expect(usualHeight(rowsOf([long, long, long], 'split'), 'split', 745)).toBe(40)
})

test('where some lines are long, the list is filled by those that are not', () => {
  expect(usualHeight(rowsOf([short, short, long], 'split'), 'split', 745)).toBe(20)
})

test('a difference without lines, and a list without room, have rows of one line', () => {
  expect(usualHeight([], 'split', 745)).toBe(20)
  expect(usualHeight(rowsOf([long], 'split'), 'split', 0)).toBe(20)
})

test('numbers are as wide as the last one', () => {
  expect(digitsOf(rowsOf([short, short], 'unified', 99))).toBe(3)
  expect(digitsOf(rowsOf([short], 'split', 123_456))).toBe(6)
  expect(digitsOf([])).toBe(1)
})
