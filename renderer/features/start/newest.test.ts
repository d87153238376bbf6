import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf, sampleConversation } from '../../../e2e/support/samples.ts'
import { newestOf } from './newest.ts'

test('the newest are those that a sort would put first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(59), { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (minutes, count) => {
      const all = minutes.map((minute) => sampleConversation({ id: idOf('conv', minute), messageCount: 1, updatedAt: timeOf(minute) }))
      const wanted = minutes.toSorted((a, b) => b - a).slice(0, count)
      expect(newestOf(all, count).map(({ updatedAt }) => updatedAt)).toEqual(wanted.map(timeOf))
    }),
  )
})

test('what is archived or empty is not among them', () => {
  const all = [sampleConversation({ messageCount: 0 }), sampleConversation({ messageCount: 3, state: 'archived' })]
  expect(newestOf(all, 5)).toEqual([])
})

function timeOf(minute: number): string {
  return `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`
}
