import { expect, test } from 'vitest'
import { rowsInSight, scrolledTo } from './window-rows.ts'

test.each([
  [{ top: 0, height: 300, row: 30, count: 10_000 }, [0, 14]],
  [{ top: 3_000, height: 300, row: 30, count: 10_000 }, [96, 114]],
  [{ top: 0, height: 300, row: 30, count: 3 }, [0, 3]],
  [{ top: 9_000, height: 300, row: 30, count: 3 }, [3, 3]],
])('rows in sight of %j', (list, rows) => expect(rowsInSight(list)).toEqual(rows))

test('a row out of sight is scrolled to, no farther than needed', () => {
  expect(scrolledTo(0, { top: 90, height: 300, row: 30 })).toBe(0)
  expect(scrolledTo(5, { top: 90, height: 300, row: 30 })).toBe(90)
  expect(scrolledTo(20, { top: 90, height: 300, row: 30 })).toBe(330)
})
