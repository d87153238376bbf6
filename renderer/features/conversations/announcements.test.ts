import { expect, test } from 'vitest'
import type { Approval } from '../../../shared/domain/approval.ts'
import { announcementOf } from './announcements.ts'

const approval: Approval = {
  id: 'appr_000000000001',
  instanceId: 'inst_000000000001',
  conversationId: 'conv_000000000001',
  turnId: 'turn_000000000001',
  toolUseId: 'toolu_1',
  kind: 'permission',
  tool: 'Bash',
  input: { command: 'npm test' },
  facts: { defaultToNo: false, suppressAlwaysAllow: false },
  createdAt: '2026-01-01T00:00:00.000Z',
}

const said = (change: Partial<Approval>) =>
  announcementOf([{ kind: 'approval', key: 'a', entry: { approval: { ...approval, ...change }, outcome: 'waiting' }, agent: false }])?.text

test('a reader who does not see the page hears what kind of request waits', () => {
  const questions = [{ question: 'Which one?', header: '', multiSelect: false, options: [] }]
  expect(said({})).toMatch(/^Claude asks for permission: /)
  expect(said({ kind: 'question', tool: 'AskUserQuestion', questions })).toBe('Claude has a question: Which one?')
  expect(said({ kind: 'plan', tool: 'ExitPlanMode' })).toMatch(/^Claude has a plan/)
  expect(said({ lapsed: 'Ask Claude to try again.' })).toBe('A request can’t be answered anymore. Ask Claude to try again.')
})
