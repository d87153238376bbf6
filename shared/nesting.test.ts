import { expect, test } from 'vitest'
import { isNestedTooDeep } from './nesting.ts'

const nested = (depth: number): unknown => JSON.parse('[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2))

test('what is nested without end is too deep, and what is wide is not', () => {
  for (const input of [undefined, null, 'text', 1, [], {}, nested(1_000), Array.from({ length: 200_000 }, () => [{}])])
    expect(isNestedTooDeep(input)).toBe(false)
  for (const depth of [1_002, 100_000]) expect(isNestedTooDeep(nested(depth))).toBe(true)
})
