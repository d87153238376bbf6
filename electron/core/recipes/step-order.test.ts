import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderOf } from './step-order.ts'

const step = (id: string, needs?: string[]) => ({ id, ...(needs ? { needs } : {}) })

test('a step waits for the one above it, unless it says what it needs', () => {
  const { needs, order, levels } = orderOf([step('a'), step('b'), step('c', []), step('d', ['a', 'c'])])
  expect([...needs]).toEqual([
    ['a', []],
    ['b', ['a']],
    ['c', []],
    ['d', ['a', 'c']],
  ])
  expect(order).toEqual(['a', 'c', 'b', 'd'])
  expect([...levels]).toEqual([
    ['a', 0],
    ['c', 0],
    ['b', 1],
    ['d', 1],
  ])
})

test('a circle is found, whatever leads to it', () => {
  const { circle, order } = orderOf([
    step('a', ['d']),
    step('b', ['c']),
    step('c', ['e']),
    step('e', ['b']),
    step('d', ['b']),
    step('f', []),
  ])
  expect(circle.toSorted()).toEqual(['b', 'c', 'e'])
  expect(order).toEqual(['f'])
  expect(orderOf([step('a', ['a'])]).circle).toEqual(['a'])
})

test('what always comes before is known, in any graph', () => {
  const graph = fc.array(fc.array(fc.nat(60), { maxLength: 4 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(graph, (lists) => {
      const steps = lists.map((list, index) =>
        step(
          `s${index}`,
          list.filter((need) => need < index).map((need) => `s${need}`),
        ),
      )
      const { order, isBefore, needs } = orderOf(steps)
      const reaches = (from: string, to: string): boolean => (needs.get(from) ?? []).some((need) => need === to || reaches(need, to))
      expect(order).toHaveLength(steps.length)
      for (const { id } of steps.slice(-3)) for (const other of steps) expect(isBefore(other.id, id)).toBe(reaches(id, other.id))
      for (const [id, of] of needs) for (const need of of) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id))
    }),
  )
})

test('five thousand steps in a row are ordered at once', () => {
  const steps = Array.from({ length: 5_000 }, (_, index) => step(`s${index}`))
  const { order, isBefore, levels } = orderOf(steps)
  expect(order).toHaveLength(5_000)
  expect([isBefore('s0', 's4999'), isBefore('s4999', 's0'), levels.get('s4999')]).toEqual([true, false, 4_999])
})
