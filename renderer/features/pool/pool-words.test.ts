import { expect, test } from 'vitest'
import { knowsWords, missWords, spareState } from './pool-words.ts'

test('misses are told with their reasons, and only those that happened', () => {
  const misses = { 'new-kind': 2, 'not-ready': 1, failing: 0, refused: 0, outdated: 0, 'no-memory': 0 }
  expect(missWords({ launches: 5, hits: { folder: 2, anyFolder: 0 }, misses })).toBe(
    'Starts without a spare: 2 × not launched this way before, 1 × the next one was not ready yet.',
  )
  const none = { 'new-kind': 0, 'not-ready': 0, failing: 0, refused: 0, outdated: 0, 'no-memory': 0 }
  expect(missWords({ launches: 5, hits: { folder: 5, anyFolder: 0 }, misses: none })).toBeNull()
})

test('what an instance knows is counted in words', () => {
  const knowledge = { instanceId: 'inst_000000000001', pairs: [] }
  expect(knowsWords({ ...knowledge, conversations: 3, pairCount: 1 })).toBe('3 conversations, 1 pair')
  expect(knowsWords({ ...knowledge, conversations: 0, pairCount: 0 })).toBe('')
})

test('a spare that could not be started says why and when it is tried again', () => {
  const spare = {
    id: 'spare_000000000001',
    kind: 'folder' as const,
    pid: null,
    memoryMb: null,
    cpuPercent: null,
    startedAt: null,
    folder: '/srv',
    summary: '',
  }
  expect(spareState({ ...spare, state: 'ready', retryAt: null, problem: null }, 0)).toBe('Ready')
  expect(spareState({ ...spare, state: 'waiting', retryAt: '1970-01-01T00:00:04.000Z', problem: 'It ended' }, 1_000)).toBe(
    'It ended · retrying in 3 s',
  )
})
