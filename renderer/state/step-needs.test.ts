import { expect, test } from 'vitest'
import { idOf, at } from '../../e2e/support/samples.ts'
import { sampleRun, sampleRunSummary, sampleStep } from '../../e2e/support/sample-runs.ts'
import type { RunAsk } from '../../shared/domain/run.ts'
import { runOfApproval, stepNeedsIn, withAsks } from './step-needs.ts'

const gate: RunAsk = { stepId: 'go', title: 'Go', kind: 'gate', text: 'Go on?', since: at }
const approval: RunAsk = { ...gate, stepId: 'work', kind: 'approval', approvalId: idOf('appr', 1) }
const runsWith = (asks: RunAsk[]) =>
  new Map([1, 2].map((number) => [idOf('run', number), sampleRunSummary(number, { asks: number === 1 ? asks : [] })]))

test('steps that wait are needs; what waits elsewhere is not one twice, and what has not changed stays the same', () => {
  const needs = stepNeedsIn(runsWith([gate, approval, { ...gate, stepId: 'inside', kind: 'run', runId: idOf('run', 2) }]))
  expect(needs).toMatchObject([{ kind: 'step', run: { id: idOf('run', 1), title: 'Run 1' }, ask: { stepId: 'go' } }])
  expect(stepNeedsIn(runsWith([{ ...gate }]), needs)).toBe(needs)
  const [again] = stepNeedsIn(runsWith([{ ...gate, since: '2026-02-01T00:00:00.000Z' }]), needs)
  expect(again?.key).not.toBe(needs[0]?.key)
  expect(stepNeedsIn(runsWith([]), needs)).toEqual([])
})

test('an approval is found in its run, and the step whose turn waits for it needs you', () => {
  const runs = runsWith([approval])
  expect(runOfApproval(runs, idOf('appr', 1))?.id).toBe(idOf('run', 1))
  expect(runOfApproval(runs, idOf('appr', 2))).toBeNull()
  const run = sampleRun([sampleStep('work', { state: 'running' }), sampleStep('other', { state: 'running' })], { asks: [approval] })
  expect(withAsks(run).steps.map(({ state }) => state)).toEqual(['needs-you', 'running'])
  const still = { ...run, asks: [] }
  expect(withAsks(still)).toBe(still)
})
