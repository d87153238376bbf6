import { expect, test } from 'vitest'
import { costOf } from './prices.ts'

/** Prices are those of Anthropic's list in dollars for a million tokens; the sums were made by hand. */
test.each([
  ['claude-opus-4-5-20251101', { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 }, 5],
  ['claude-opus-4-1-20250805', { input: 0, output: 100_000, cacheRead: 0, cacheWrite: 0 }, 7.5],
  ['claude-sonnet-4-5-20250929', { input: 10, output: 200, cacheRead: 10_000, cacheWrite: 1_000 }, 0.00003 + 0.003 + 0.003 + 0.00375],
  ['claude-haiku-4-5', { input: 1_000, output: 1_000, cacheRead: 1_000, cacheWrite: 1_000 }, 0.001 + 0.005 + 0.0001 + 0.00125],
  ['us.anthropic.claude-3-5-haiku-20241022-v1:0', { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 }, 0.8],
  ['claude-opus-5-5', { input: 4, output: 78, cacheRead: 13_496, cacheWrite: 26 }, 0.0044052],
  ['claude-haiku-5-5', { input: 100_000, output: 0, cacheRead: 0, cacheWrite: 0 }, 0.01],
  ['claude-haiku-5-5', { input: 100_001, output: 0, cacheRead: 0, cacheWrite: 0 }, 0.0500005],
  ['claude-sonnet-4-20250514', { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 }, 3],
  ['claude-sonnet-9', { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, null],
  ['claude-opus-4-9', { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, null],
  ['gpt-5', { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, null],
  [null, { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, null],
] as const)('%s costs what the list says', (model, usage, wanted) => {
  const cost = costOf(model, usage)
  expect(cost === null ? null : Math.round(cost * 1e9)).toBe(wanted === null ? null : Math.round(wanted * 1e9))
})
