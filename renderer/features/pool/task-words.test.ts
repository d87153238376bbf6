import { expect, test } from 'vitest'
import type { Task } from '../../../shared/domain/task.ts'
import { openWords, taskLine } from './task-words.ts'

const task: Task = {
  id: 'task_000000000001',
  turnId: 'turn_000000000001',
  conversationId: null,
  instanceId: null,
  text: 'Read the notes',
  imageCount: 0,
  priority: 5,
  state: 'waiting',
  waitingFor: 'A free instance',
  createdAt: '2026-03-01T08:00:00.000Z',
  kind: 'queue',
  batchId: null,
  deadline: null,
  attempts: 0,
  retries: 2,
  nextAttemptAt: null,
  error: null,
  choice: null,
  endedAt: null,
}
const choice = { instanceId: 'inst_000000000001', strategy: 'least-busy', reason: 'Ada is free', ms: 0.2 } as const

test('what waits says for what, what runs says where and why there, what failed says why', () => {
  expect(taskLine(task, null)).toBe('Queued · A free instance')
  expect(taskLine({ ...task, state: 'running', attempts: 2, choice }, 'Ada')).toBe('Running · attempt 2 · Ada is free')
  expect(taskLine({ ...task, state: 'done', choice: { ...choice, reason: 'you chose it' } }, 'Ada')).toBe('Done · Ada: you chose it')
  const error = { code: 'OVERLOADED', message: 'The model is overloaded.' }
  expect(taskLine({ ...task, state: 'failed', attempts: 3, error }, 'Ada')).toBe('Failed · attempt 3 · The model is overloaded.')
  expect(taskLine({ ...task, state: 'cancelled' }, null)).toBe('Cancelled')
})

test.each([
  [5, 2, '5 waiting, 2 running'],
  [1, 0, '1 waiting'],
  [0, 1, '1 running'],
  [0, 0, ''],
])('%d that wait and %d that run are “%s”', (waiting, running, words) => {
  expect(openWords({ waiting, running })).toBe(words)
})
