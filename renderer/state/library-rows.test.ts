import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layOut, rowAt } from './library-rows.ts'

test('every item and every head of a group has one place, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }), (counts) => {
      const groups = counts.map((count, index) => ({ key: `group ${index}`, count }))
      const total = counts.reduce((sum, count) => sum + count, 0)
      const layout = layOut(groups, total)
      const wanted: string[] = []
      let item = 0
      for (const { key, count } of groups) {
        wanted.push(key)
        for (let index = 0; index < count; index += 1) wanted.push(`item ${item++}`)
      }
      const got = Array.from({ length: layout.rows }, (_, index) => {
        const place = rowAt(layout, index)
        return place?.kind === 'group' ? place.key : `item ${place?.item}`
      })
      expect(got).toEqual(wanted)
      expect(rowAt(layout, layout.rows)).toBeNull()
    }),
  )
  expect(layOut([], 3)).toMatchObject({ rows: 3 })
  expect(rowAt(layOut([], 3), 2)).toEqual({ kind: 'item', item: 2 })
})
