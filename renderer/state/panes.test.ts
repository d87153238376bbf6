import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  activePane,
  closePane,
  dragShare,
  mostPanes,
  movePane,
  onePane,
  openBeside,
  sharesFor,
  showIn,
  stepPane,
  type Panes,
} from './panes.ts'

const ids = ({ items }: Panes) => items.map(({ id }) => id).join(' ')

test('one is opened beside the active one, is active then, and leaves its place to its neighbour', () => {
  const two = openBeside(onePane({ id: 'a' }), { id: 'b' })
  expect([ids(two), two.active]).toEqual(['a b', 1])
  const three = openBeside(two, { id: 'c' }, 0, 'left')
  expect([ids(three), three.active]).toEqual(['c a b', 0])
  const moved = openBeside(three, { id: 'c' }, 2)
  expect([ids(moved), moved.active]).toEqual(['a b c', 2])
  const closed = closePane(moved, 2)
  expect([ids(closed), closed.active]).toEqual(['a b', 1])
  expect(ids(closePane(onePane({ id: 'a' }), 0))).toBe('a')
})

test('a fifth takes the place of the one beside, never of the one that was worked in', () => {
  const four = ['b', 'c', 'd'].reduce((panes, id) => openBeside(panes, { id }), onePane({ id: 'a' }))
  expect([ids(four), four.active]).toEqual(['a b c d', 3])
  expect(ids(openBeside(four, { id: 'e' }))).toBe('a b e d')
  expect(ids(openBeside({ ...four, active: 1 }, { id: 'e' }))).toBe('a b e d')
  expect(ids(openBeside(four, { id: 'e' }, 0, 'left'))).toBe('a e c d')
})

test('one that is open already is gone to, another one takes the place of the active one', () => {
  const two = openBeside(onePane({ id: 'a' }), { id: 'b' })
  expect(showIn(two, { id: 'a', messageId: 'm' })).toEqual({ items: [{ id: 'a', messageId: 'm' }, { id: 'b' }], active: 0 })
  expect(ids(showIn(two, { id: 'c' }))).toBe('a c')
})

type Act = { act: 'show' | 'beside' | 'close' | 'move' | 'step'; id: string; at: number; right: boolean }

function done(panes: Panes, { act, id, at, right }: Act): Panes {
  if (act === 'show') return showIn(panes, { id })
  if (act === 'beside') return openBeside(panes, { id }, at, right ? 'right' : 'left')
  if (act === 'close') return closePane(panes, at)
  return act === 'move' ? movePane(panes, at, right ? 'right' : 'left') : stepPane(panes, right ? 1 : -1)
}

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    act: fc.constantFrom('show', 'beside', 'close', 'move', 'step'),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    at: fc.nat(5),
    right: fc.boolean(),
  }),
  { maxLength: 40 },
)

test('whatever is done: one to four panes, no conversation twice, one of them active, and what was opened is it', () => {
  fc.assert(
    fc.property(acts, (steps) => {
      let panes = onePane({ id: 'a' })
      for (const step of steps) {
        panes = done(panes, step)
        const all = panes.items.map(({ id }) => id)
        expect(all.length >= 1 && all.length <= mostPanes && new Set(all).size === all.length).toBe(true)
        expect(panes.items[panes.active]).toBeDefined()
        expect((step.act !== 'show' && step.act !== 'beside') || activePane(panes)?.id === step.id).toBe(true)
      }
    }),
  )
})

test('widths that are dragged add up to the whole, and none goes away', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.tuple(fc.nat(3), fc.double({ min: -2, max: 2, noNaN: true }))),
      (count, drags) => {
        let shares = sharesFor(count, [])
        for (const [left, by] of drags) shares = dragShare(shares, left, by)
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1)
        expect(Math.min(...shares)).toBeGreaterThan(0.1)
      },
    ),
  )
  expect(sharesFor(2, [1, 2, 3])).toEqual([0.5, 0.5])
  expect(sharesFor(2, [0, 1])).toEqual([0.5, 0.5])
})
