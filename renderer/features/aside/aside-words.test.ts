import { expect, test } from 'vitest'
import { exchangeSchema, type Exchange } from '../../../shared/domain/aside.ts'
import { asideStatus } from './aside-words.ts'

const exchange = (part: Partial<Exchange>) =>
  exchangeSchema.parse({
    id: 'aside_0123456789ab',
    question: '?',
    answer: '',
    outcome: null,
    looks: 0,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    model: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: null,
    ...part,
  })

test.each([
  [{}, 'Thinking…'],
  [{ looks: 2 }, 'Reading (2 files)…'],
  [{ answer: 'So' }, ''],
  [{ answer: 'So', outcome: 'interrupted' as const }, 'Stopped.'],
  [
    { outcome: 'failed' as const, error: { code: 'OVERLOADED', message: 'Claude is overloaded. Try again.' } },
    'Claude is overloaded. Try again.',
  ],
  [{ outcome: 'done' as const, answer: 'All', isCut: true }, 'The answer is too long to show in full.'],
])('%j says “%s”', (part, words) => {
  expect(asideStatus(exchange(part))).toBe(words)
})
