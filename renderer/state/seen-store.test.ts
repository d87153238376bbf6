import { expect, test } from 'vitest'
import type { Turn } from '../../shared/domain/turn.ts'
import { joined, isUnread, withSeen, type Seen } from './seen-store.ts'
import { sampleTurn } from '../../e2e/support/samples.ts'

const seen: Seen = { since: '2026-01-01T10:00:00.000Z', at: { conv_a: '2026-01-01T12:00:00.000Z' } }

const turn = (endedAt: string | null, outcome: Turn['outcome'] = 'done') => sampleTurn(1, { endedAt, outcome })

test.each([
  ['an answer after the last look', 'conv_a', turn('2026-01-01T12:00:01.000Z'), true],
  ['an answer before it', 'conv_a', turn('2026-01-01T11:59:59.000Z'), false],
  ['an answer in one never looked at', 'conv_b', turn('2026-01-01T10:00:01.000Z'), true],
  ['an answer from before this page was ever open', 'conv_b', turn('2026-01-01T09:00:00.000Z'), false],
  ['a failure', 'conv_b', turn('2026-01-01T11:00:00.000Z', 'failed'), true],
  ['a turn that runs', 'conv_b', turn(null, null), false],
  ['a turn that the user stopped', 'conv_b', turn('2026-01-01T11:00:00.000Z', 'interrupted'), false],
  ['a conversation without turns', 'conv_b', null, false],
])('%s: unread is %4$s', (_, id, lastTurn, unread) => {
  expect(isUnread({ id, lastTurn }, seen)).toBe(unread)
})

test('what was looked at long ago is forgotten and still counts as seen', () => {
  let many: Seen = seen
  for (let index = 0; index < 501; index += 1)
    many = withSeen(many, `conv_${index}`, `2026-02-01T00:00:00.${String(index).padStart(3, '0')}Z`)
  expect(Object.keys(many.at)).toHaveLength(500)
  expect(isUnread({ id: 'conv_a', lastTurn: turn('2026-01-01T11:00:00.000Z') }, many)).toBe(false)
})

test('what was seen in either of two windows is seen in both', () => {
  const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']
  const both = joined({ since: early, at: { a: late, b: early } }, { since: early, at: { b: late, c: early } })
  expect(both).toEqual({ since: early, at: { a: late, b: late, c: early } })
})
