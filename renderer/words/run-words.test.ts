import { expect, test } from 'vitest'
import { causeWords, countsOf, itemsWords, progressWords, runFigures } from './run-words.ts'

const usage = { input: 1_000, output: 200, cacheRead: 50_000, cacheWrite: 800 }
const items = { total: 10_000, waiting: 9_000, running: 4, needsYou: 0, done: 990, failed: 6, skipped: 0, cancelled: 0 }

test('what a run took stands against its limits, and alone where it has none', () => {
  const run = { costUsd: 0.5, turns: 14, usage, createdAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:03:12.000Z' }
  const limits = { costUsd: 2, minutes: 30 }
  expect(runFigures({ ...run, limits }, 0)).toEqual([
    { name: 'Cost', words: '$0.50 of $2.00', share: 0.25 },
    { name: 'Time', words: '3 min 12 s of 30 min', share: 192 / 1_800 },
    { name: 'Turns', words: '14', share: null },
    { name: 'Tokens', words: '52k', share: null },
  ])
  const still = runFigures({ ...run, limits: { costUsd: 0, turns: 7 }, endedAt: null }, Date.parse('2026-01-01T00:00:08.700Z'))
  expect(still.map(({ words, share }) => `${words} ${share}`)).toEqual(['$0.50 of $0.00 1', '8 s null', '14 of 7 1', '52k null'])
})

test('a fan-out is said with what matters of it', () => {
  expect(itemsWords(items)).toBe('990 of 10,000 done · 4 running · 6 failed')
  expect(itemsWords({ ...items, total: 0 })).toBe('No items yet')
  expect(countsOf(items).map(({ state, count }) => `${state} ${count}`)).toEqual(['running 4', 'failed 6', 'waiting 9000', 'done 990'])
})

test('progress and causes are said in words', () => {
  expect(progressWords({ stepsEnded: 3, stepsTotal: 8 })).toBe('3 of 8 steps')
  expect(progressWords({ stepsEnded: 1, stepsTotal: 1 })).toBe('1 step')
  expect(causeWords({ kind: 'run', runId: 'run_000000000001', stepId: 'each', index: 4 })).toBe('Part of another run (each, item 5)')
})
