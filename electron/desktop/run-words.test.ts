import { expect, test } from 'vitest'
import { sampleRunSummary } from '../../e2e/support/sample-runs.ts'
import type { RunAsk } from '../../shared/domain/run.ts'
import { RunWords } from './run-words.ts'

test('what begins to wait in a run is told once with the way to it and taken away when it is answered; then the end', () => {
  const words = new RunWords()
  const since = new Date(Date.now() + 1_000).toISOString()
  const gate: RunAsk = { stepId: 'go', title: 'Go', kind: 'gate', text: 'Go on?', since }
  const run = sampleRunSummary(1, {
    title: 'Release',
    asks: [gate, { ...gate, stepId: 'work', kind: 'approval' }, { ...gate, since: '2020-01-01T00:00:00.000Z' }],
  })
  const { fresh } = words.take(run)
  expect(fresh).toMatchObject([{ title: 'Release needs your approval', body: 'Go on?', address: `#/run/${run.id}/go` }])
  expect(words.take(run)).toEqual({ fresh: [], gone: [] })
  const id = fresh[0]?.id
  expect(words.take({ ...run, asks: [] }).gone).toContain(id)
  const ended = { ...run, asks: [], state: 'done' as const, endedAt: since }
  expect(words.take(ended).fresh).toMatchObject([{ title: 'Release', body: 'Done', address: `#/run/${run.id}` }])
  expect(words.take(ended)).toEqual({ fresh: [], gone: [] })
})
