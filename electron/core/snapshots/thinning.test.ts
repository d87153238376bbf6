import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from './snapshot.ts'
import { names, now, timelines } from './snapshot-fixtures.ts'
import { goingFirst } from './thinning.ts'

const startOf = (all: readonly Snapshot[], id: string) => all.find((one) => one.edge === 'turn-start' && one.conversationId === id)

describe('what goes first', () => {
  it('is never the latest, nor the start of a living conversation while another can go, and in the end it is all', () => {
    fc.assert(
      fc.property(fc.array(timelines, { minLength: 1, maxLength: 3 }), fc.subarray(names), (folders, living) => {
        const order = goingFirst(folders, now, (id) => living.includes(id))
        const latest = folders.map((all) => all.at(-1))
        expect(order).toHaveLength(folders.flat().length - folders.length)
        expect(new Set(order).size).toBe(order.length)
        expect(order.some((one) => latest.includes(one))).toBe(false)
        const starts = folders.flatMap((all) => living.flatMap((id) => startOf(all, id) ?? []))
        const isStart = order.map((one) => starts.includes(one))
        expect(isStart).toEqual(isStart.toSorted((a, b) => Number(a) - Number(b)))
      }),
    )
  })

  it('leaves one of each day, and all of the last days, while an old day has several', () => {
    const day = ({ at }: Snapshot) => at.slice(0, 10)
    const age = ({ at }: Snapshot) => now - Date.parse(at)
    fc.assert(
      fc.property(timelines, (all) => {
        const order = goingFirst([all], now, () => false)
        for (let count = 1; count <= order.length; count += 1) {
          const gone = new Set(order.slice(0, count))
          const left = all.filter((one) => !gone.has(one))
          const old = left.slice(0, -1).filter((one) => age(one) > 7 * 86_400_000)
          if (new Set(old.map(day)).size === old.length) return
          expect(new Set(left.map(day))).toEqual(new Set(all.map(day)))
          expect([...gone].every((one) => age(one) > 7 * 86_400_000)).toBe(true)
        }
      }),
    )
  })
})
