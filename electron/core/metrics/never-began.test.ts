import { expect, test } from 'vitest'
import { ever, freshFolders, newRollUp, turnOf, u } from './spending-fixtures.ts'

freshFolders()

const place = { conversationId: 'conv_000000000001', sessionId: null, folder: null, source: null, target: null, forkedFrom: null }
const endedAt = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString()
const unstarted = (code: string, daysAgo = 0) => ({
  at: endedAt(daysAgo),
  code,
  instanceId: 'inst_000000000002',
  source: null,
  target: null,
  count: 1,
})

test('work that never began is counted as what it is, apart from turns, with its reasons', async () => {
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [], sessions: null })
  rollUp.put(turnOf('turn_000000000001', u(1, 1), 0.5), place, 'now')
  rollUp.putNeverBegan([unstarted('DEADLINE_PASSED'), unstarted('DEADLINE_PASSED'), unstarted('WITHDRAWN')])
  const { totals } = rollUp.engine.summary(ever, Date.now())
  expect(totals).toMatchObject({ turns: 1, done: 1, failed: 0, errors: [], neverBegan: 3, costUnknown: 0 })
  expect(totals.reasons).toEqual([
    { code: 'DEADLINE_PASSED', count: 2 },
    { code: 'WITHDRAWN', count: 1 },
  ])
  // It has no model, and makes no group of turns without one.
  const { groups } = rollUp.engine.summary({ ...ever, groupBy: 'model' }, Date.now())
  expect(groups.map(({ key }) => key)).toEqual(['claude-sonnet-4-5-20250929'])
  const byInstance = rollUp.engine.summary({ ...ever, groupBy: 'instance' }, Date.now()).groups
  expect(byInstance.map(({ key, totals: own }) => [key, own.turns, own.neverBegan])).toEqual([
    ['inst_000000000001', 1, 0],
    ['inst_000000000002', 0, 3],
  ])
  expect(rollUp.engine.turnsPage({ ...ever, sort: 'newest', limit: 10 }, Date.now()).items).toHaveLength(1)
  const series = rollUp.engine.series({ ...ever, points: 2, offsetMinutes: 0, columns: ['neverBegan', 'turns'] }, Date.now())
  expect(series.groups[0]?.columns.neverBegan.reduce((sum, count) => sum + count, 0)).toBe(3)
})

test('it is known after a start, a crash before anything was saved, and when all is made again', async () => {
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [], sessions: null })
  rollUp.putNeverBegan([unstarted('DEADLINE_PASSED', 500), unstarted('WITHDRAWN', 40)])
  rollUp.close()
  const second = newRollUp()
  // Not saved: only the log has it.
  second.putNeverBegan([unstarted('WITHDRAWN')])
  const third = newRollUp()
  await third.reconcile({ conversations: [], sessions: null })
  expect(third.engine.summary(ever, Date.now()).totals.neverBegan).toBe(3)
  await third.rebuild({ conversations: [], sessions: null })
  expect(third.engine.summary(ever, Date.now()).totals.neverBegan).toBe(3)
})
