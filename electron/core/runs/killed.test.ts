import { expect, test } from 'vitest'
import { killedRun } from '../../../e2e/support/killed-runs.ts'

// A sample; `npm run bench -- runs-kill` does a thousand.
test('a run goes on after kills: nothing is lost, asked twice or done again', async () => {
  const places = [5, 17, 30]
  const { kills, faults } = await killedRun(() => places.shift() ?? Number.POSITIVE_INFINITY)
  expect(faults).toEqual([])
  expect(kills).toBe(3)
}, 60_000)

test('that is seen by this test: without the sync before the effect something is lost', async () => {
  const places = [5]
  const { faults } = await killedRun(() => places.shift() ?? Number.POSITIVE_INFINITY, { unsynced: true })
  expect(faults).not.toEqual([])
}, 60_000)
