import { expect, test } from 'vitest'
import { idOf, sampleApproval } from '../../../e2e/support/samples.ts'
import type { RunAsk, RunSummary } from '../../../shared/domain/run.ts'
import { needsOf } from './needs-of.ts'

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`
const ask = (kind: RunAsk['kind'], stepId: string, second: number): RunAsk => ({
  stepId,
  title: stepId,
  kind,
  text: kind,
  since: at(second),
})

test('what waits is named once, the oldest first, with what answers it; an approval of a run with its step', () => {
  const approval = sampleApproval(1, { createdAt: at(2) })
  const inner = summary(1, {
    title: 'Inner',
    asks: [ask('gate', 'go', 3), { ...ask('approval', 'work', 2), approvalId: approval.id }, { ...ask('event', 'out', 1), until: at(9) }],
  })
  const outer = summary(2, { title: 'Outer', asks: [{ ...ask('run', 'inside', 3), runId: inner.id }, ask('cut-off', 'cut', 4)] })
  const needs = needsOf({ approvals: [approval, sampleApproval(2, { createdAt: at(0) })], runs: [outer, inner], nameOf: () => undefined })
  const steps = `/api/runs/${inner.id}/steps`
  expect(needs).toMatchObject([
    { kind: 'approval', title: 'Claude needs your approval', runId: null, stepId: null },
    { id: `${inner.id}/out`, kind: 'event', until: at(9), answer: { path: `${steps}/out`, decisions: ['done', 'skip'] } },
    { id: approval.id, kind: 'approval', runId: inner.id, stepId: 'work', answer: { path: `/api/approvals/${approval.id}` } },
    { kind: 'gate', title: 'Inner needs your approval', text: 'gate', answer: { path: `${steps}/go`, decisions: ['approve', 'reject'] } },
    { kind: 'cut-off', title: 'Outer was interrupted', runId: outer.id, answer: { decisions: ['retry', 'skip', 'done'] } },
  ])
})

function summary(number: number, extra: Pick<RunSummary, 'title' | 'asks'>): RunSummary {
  return {
    id: idOf('run', number),
    recipe: 'r',
    state: 'needs-you',
    cause: { kind: 'call' },
    key: null,
    stepsEnded: 0,
    stepsTotal: 3,
    costUsd: 0,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    turns: 0,
    limits: {},
    needs: [],
    createdAt: at(0),
    endedAt: null,
    ...extra,
  }
}
