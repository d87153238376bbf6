import { expect, test } from 'vitest'
import { sampleRunSummary } from '../../e2e/support/sample-runs.ts'
import { at, idOf } from '../../e2e/support/samples.ts'
import type { RunSummary } from '../../shared/domain/run.ts'
import { runsNow, withRuns } from './run-lists.ts'

const live = (...runs: RunSummary[]) => new Map(runs.map((run) => [run.id, run]))
const titles = (runs: readonly RunSummary[]) => runs.map(({ title }) => title)
const nested = { kind: 'run', runId: idOf('run', 1), stepId: 'part', index: null } as const

test('what was read, as it is now, with what was started since on top', () => {
  const items = [sampleRunSummary(3), sampleRunSummary(2)]
  const now = live(
    sampleRunSummary(2, { title: 'Changed' }),
    sampleRunSummary(5),
    sampleRunSummary(4),
    sampleRunSummary(6, { cause: nested }),
  )
  expect(titles(runsNow({ items, hasOlder: false }, now, 'all'))).toEqual(['Run 5', 'Run 4', 'Run 3', 'Changed'])
})

test('while older ones are not read, none of them stands among those that are', () => {
  const pages = { items: [sampleRunSummary(3), sampleRunSummary(2)], hasOlder: true }
  expect(titles(runsNow(pages, live(sampleRunSummary(1), sampleRunSummary(4)), 'all'))).toEqual(['Run 4', 'Run 3', 'Run 2'])
})

test('a run leaves and enters a filter as it goes on', () => {
  const now = live(sampleRunSummary(1, { state: 'done', endedAt: at }), sampleRunSummary(2, { state: 'paused' }))
  const pages = { items: [sampleRunSummary(1), sampleRunSummary(3, { state: 'needs-you' })], hasOlder: false }
  expect(titles(runsNow(pages, now, 'open'))).toEqual(['Run 3', 'Run 2'])
  expect(titles(runsNow(pages, now, 'done'))).toEqual(['Run 1'])
})

test('parts of other runs are forgotten when they end, and of runs that ended only the last are kept', () => {
  const part = sampleRunSummary(1, { cause: nested })
  const known = withRuns(new Map(), [part, sampleRunSummary(2)])
  expect([...withRuns(known, [{ ...part, state: 'done', endedAt: at }]).keys()]).toEqual([idOf('run', 2)])
  const ended = Array.from({ length: 1_200 }, (_, index) => sampleRunSummary(index + 10, { state: 'done', endedAt: at }))
  const many = withRuns(known, ended)
  expect(many.size).toBe(1_002)
  expect([many.has(idOf('run', 2)), many.has(idOf('run', 10)), many.has(idOf('run', 1_209))]).toEqual([true, false, true])
})
