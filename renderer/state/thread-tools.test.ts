import { expect, test } from 'vitest'
import { idOf } from '../../e2e/support/samples.ts'
import type { StoredTool } from '../../shared/domain/stored-tool.ts'
import { withStoredTools, withTool, type Tools } from './thread-tools.ts'

const running: StoredTool = {
  toolUseId: 't1',
  turnId: idOf('turn', 1),
  name: 'Bash',
  state: 'running',
  durationMs: null,
  startedAt: '2026-01-01T00:00:00.000Z',
}
const done: StoredTool = { ...running, state: 'done', durationMs: 140 }
const allowed: StoredTool = { ...running, approval: { outcome: 'allowed' } }
const none: Tools = new Map()

test('a page from before the end of a call takes back nothing of what was told since', () => {
  expect(withStoredTools(withTool(none, done), [running]).get('t1')).toEqual(done)
})

test('a page tells the end of a call whose event was missed', () => {
  expect(withStoredTools(withTool(none, running), [done]).get('t1')).toEqual(done)
})

test('the decision stays with the call, wherever it was said: an older page, or before its end was told', () => {
  const expected = { ...done, approval: { outcome: 'allowed' } }
  expect(withStoredTools(withStoredTools(none, [done]), [allowed]).get('t1')).toEqual(expected)
  expect(withTool(withStoredTools(none, [allowed]), done).get('t1')).toEqual(expected)
})
