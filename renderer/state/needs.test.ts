import { expect, test } from 'vitest'
import type { Approval } from '../../shared/domain/approval.ts'
import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { sampleApproval, sampleConversation, sampleInstance, sampleTurn } from '../../e2e/support/samples.ts'
import type { StepNeed } from './step-needs.ts'
import { needsOf, placeIn, unlessNew } from './needs.ts'

const at = '2026-01-01T00:00:00.000Z'
const gate: StepNeed = {
  kind: 'step',
  key: 'run_000000000001/go',
  run: { id: 'run_000000000001', title: 'Release' },
  ask: { stepId: 'go', title: 'Go', kind: 'gate', text: 'Go on?', since: '2026-01-01T00:00:01.000Z' },
}

test('questions and gates come first and the oldest of them; then failures, then what was cut off unseen, but for what runs began', () => {
  const approvals = new Map([question('appr_00000000000b', '2026-01-01T00:00:02.000Z'), question('appr_00000000000a', at)])
  const instances = new Map([instance('inst_000000000001', 'failed'), instance('inst_000000000002', 'idle')])
  const conversations = new Map([
    talk('conv_000000000001', 'lost', at),
    talk('conv_000000000002', 'failed', '2026-01-01T00:00:01.000Z'),
    talk('conv_000000000003', 'done', at),
    talk('conv_000000000004', 'lost', at),
    talk('conv_000000000005', 'failed', '2025-12-30T00:00:00.000Z'),
  ])
  const [id, ofRun] = talk('conv_000000000006', 'failed', at)
  conversations.set(id, { ...ofRun, origin: { runId: 'run_000000000001', stepId: 'a' } })
  const seenAt = { conv_000000000004: '2026-01-01T00:00:09.000Z', conv_000000000001: '2025-12-31T00:00:00.000Z' }
  const needs = needsOf({ approvals, instances, conversations, steps: [gate], seenAt }, Date.parse(at) + 60_000)
  expect(needs.map(({ key }) => key)).toEqual([
    'appr_00000000000a',
    gate.key,
    'appr_00000000000b',
    'inst_000000000001',
    'conv_000000000002',
    'conv_000000000001',
  ])
})

test('what has not changed stays the same list of the same things', () => {
  // What ended at the same moment has its order too, whichever came first.
  const conversations = new Map([talk('conv_000000000002', 'failed', at), talk('conv_000000000001', 'lost', at)])
  const sources = {
    approvals: new Map([question('appr_00000000000a', at)]),
    instances: new Map(),
    conversations,
    steps: [gate],
    seenAt: {},
  }
  const now = Date.parse(at) + 60_000
  const before = needsOf(sources, now)
  expect(before.map(({ key }) => key)).toEqual(['appr_00000000000a', gate.key, 'conv_000000000001', 'conv_000000000002'])
  expect(unlessNew(before, needsOf({ ...sources, conversations: new Map(conversations) }, now))).toBe(before)
  const changed = new Map([...conversations, talk('conv_000000000002', 'lost', at)])
  const after = unlessNew(before, needsOf({ ...sources, conversations: changed }, now))
  expect(after.map((need) => before.includes(need))).toEqual([true, true, true, false])
  expect(unlessNew(before, before.slice(1))).toEqual(before.slice(1))
})

test('what was decided makes room for the next, and at the end for the one before', () => {
  expect(placeIn(['a', 'b', 'c'], { key: 'b', index: 0 })).toBe(1)
  expect(placeIn(['a', 'c'], { key: 'b', index: 1 })).toBe(1)
  expect(placeIn(['a'], { key: 'b', index: 1 })).toBe(0)
  expect(placeIn([], { key: 'b', index: 1 })).toBe(-1)
  expect(placeIn(['a'], { key: null, index: 0 })).toBe(0)
})

function question(id: string, createdAt: string): [string, Approval] {
  return [id, sampleApproval(1, { id, createdAt })]
}

function instance(id: string, state: 'failed' | 'idle'): [string, Instance] {
  return [id, sampleInstance({ id, state })]
}

function talk(id: string, outcome: Turn['outcome'], endedAt: string): [string, Conversation] {
  return [id, sampleConversation({ id, lastTurn: sampleTurn(1, { conversationId: id, outcome, endedAt }) })]
}
