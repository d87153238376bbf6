import { expect, test } from 'vitest'
import { wholeFigures } from './conversation-figures.ts'

const usage = (input: number) => ({ input, output: 10, cacheRead: 0, cacheWrite: 0 })

test('a conversation from the vault says what it has cost before the metrics have read it, and after its first own turn', () => {
  const own = { turnCount: 3, usage: usage(1_000), costUsd: 4.5 }
  const unread = { turns: 0, usage: { ...usage(0), output: 0 }, costUsd: 0, costUnknown: 0 }
  const ownTurnAlone = { turns: 1, usage: usage(5), costUsd: 0.003, costUnknown: 0 }
  for (const read of [unread, ownTurnAlone]) expect(wholeFigures(read, own)).toMatchObject({ turns: 3, costUsd: 4.5, costUnknown: 0 })
  const all = { turns: 3, usage: usage(1_000), costUsd: 4.51, costUnknown: 1 }
  expect(wholeFigures(all, own)).toBe(all)
})

test('where a price is not known it is told as such until the metrics know how many', () => {
  const own = { turnCount: 2, usage: usage(1_000), costUsd: null }
  const read = { turns: 0, usage: { ...usage(0), output: 0 }, costUsd: 0, costUnknown: 0 }
  expect(wholeFigures(read, own)).toMatchObject({ turns: 2, costUnknown: 2 })
})
