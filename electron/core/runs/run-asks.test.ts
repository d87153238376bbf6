import { afterEach, expect, test } from 'vitest'
import { sampleApproval } from '../../../e2e/support/samples.ts'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

test('what waits in a nested run is named by the runs around it, after a restart too, until it is answered', async () => {
  lab = await RunLab.make(() => null)
  lab.recipe('recipe: inner\nsteps: [{ id: go, gate: "Go on?" }]')
  lab.recipe('recipe: middle\nsteps: [{ id: inside, run: inner }]')
  const id = await lab.start('recipe: outer\nsteps: [{ id: deep, title: Deep, run: middle }]')
  const outer = await lab.until(id, ({ asks }) => asks.length > 0)
  expect(outer).toMatchObject({ state: 'needs-you', needs: [], asks: [{ stepId: 'deep', title: 'Deep', kind: 'run', text: 'Go on?' }] })
  const middle = lab.store.summary(outer.asks[0]?.runId ?? '')
  expect(middle.asks).toMatchObject([{ stepId: 'inside', kind: 'run' }])
  const inner = lab.store.summary(middle.asks[0]?.runId ?? '')
  expect(inner).toMatchObject({ state: 'needs-you', asks: [{ stepId: 'go', kind: 'gate', text: 'Go on?' }] })
  await lab.restart()
  expect(lab.store.summary(id).asks).toEqual(outer.asks)
  await lab.store.decide(inner.id, 'go', { decision: 'approve' })
  expect(await lab.until(id)).toMatchObject({ state: 'done', asks: [] })
})

test('an approval that a turn of it waits for is named by the run with its conversation, until it is decided; others are not', async () => {
  lab = await RunLab.make(() => null)
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: a }]')
  while (lab.pool.running.size < 1) await new Promise((resolve) => setImmediate(resolve))
  const [{ id: taskId, turnId } = { id: '', turnId: '' }] = lab.pool.records.values()
  const approval = sampleApproval(1, { turnId })
  lab.host.asked(sampleApproval(2, { turnId: 'turn_0000000000ff' }), true)
  lab.host.asked(approval, true)
  const { conversationId, createdAt: since } = approval
  expect(await lab.until(id, ({ asks }) => asks.length > 0)).toMatchObject({
    state: 'needs-you',
    asks: [{ stepId: 'a', title: 'a', kind: 'approval', text: 'Approve Bash?', since, approvalId: approval.id, conversationId }],
  })
  lab.host.asked(approval, false)
  expect(lab.store.summary(id)).toMatchObject({ state: 'running', asks: [] })
  lab.pool.say(taskId, { text: 'said' })
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
})

const conflict = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'STATE_CONFLICT', message: expect.stringMatching(message) as unknown })

test('two gates at once wait for their own answers; a second answer is told what the first was, after a restart too', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start(`
recipe: r
steps:
  - { id: one, needs: [], gate: "One?" }
  - { id: two, needs: [], gate: "Two?", onFailure: continue }
  - { id: after, needs: [one, two], ask: "{{ steps.one.message }}, {{ steps.two.state }}" }`)
  await lab.until(id, ({ asks }) => asks.length === 2)
  const say = (step: string, decision: 'approve' | 'reject', since?: string) =>
    lab.store.decide(id, step, { decision, message: decision }, since)
  const both = await Promise.allSettled([say('one', 'approve'), say('one', 'reject')])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(lab.store.asking()).toMatchObject([{ id, state: 'needs-you', asks: [{ stepId: 'two' }] }])
  await lab.until(id, ({ stepsEnded }) => stepsEnded === 1)
  await lab.restart()
  await expect(say('one', 'reject')).rejects.toEqual(conflict(/approved already/))
  const [two] = lab.store.summary(id).asks
  await expect(say('two', 'approve', '2020-01-01T00:00:00.000Z')).rejects.toEqual(conflict(/something else by now/))
  await say('two', 'reject', two?.since)
  expect(await lab.until(id)).toMatchObject({ state: 'done', asks: [] })
  await expect(say('two', 'approve')).rejects.toEqual(conflict(/rejected already/))
  await expect(say('after', 'approve')).rejects.toEqual(conflict(/no gate/))
  expect(lab.prompts).toEqual(['approve, failed'])
})

test('a gate asks no more once its run is cancelled, or its time is up, which is said beforehand', async () => {
  lab = await RunLab.make((text) => (text === 'endless' ? null : { text }))
  lab.recipe('recipe: inner\nsteps: [{ id: go, gate: "Go?" }]')
  const id = await lab.start('recipe: r\nsteps: [{ id: i, needs: [], run: inner }, { id: work, needs: [], ask: endless }]')
  const { asks } = await lab.until(id, (run) => run.asks.length > 0)
  const inner = asks[0]?.runId ?? ''
  await lab.store.control(id, 'cancel')
  expect(lab.store.summary(id)).toMatchObject({ asks: [] })
  expect(await lab.until(id)).toMatchObject({ state: 'cancelled' })
  expect(lab.store.asking()).toEqual([])
  await expect(lab.store.decide(inner, 'go', { decision: 'approve' })).rejects.toEqual(conflict(/part of another and has ended/))
  const timed = await lab.start('recipe: t\nsteps: [{ id: go, gate: "Go?", timeoutSeconds: 1 }]')
  const [waiting] = (await lab.until(timed, (run) => run.asks.length > 0)).asks
  expect(Date.parse(waiting?.until ?? '')).toBe(Date.parse(waiting?.since ?? '') + 1_000)
  expect(await lab.until(timed)).toMatchObject({ state: 'failed', error: { code: 'TIMED_OUT' }, asks: [] })
  await expect(lab.store.decide(timed, 'go', { decision: 'approve' })).rejects.toEqual(conflict(/not answered in time/))
  await lab.store.control(timed, 'retry')
  const [again] = (await lab.until(timed, (run) => run.asks.length > 0)).asks
  expect(again?.since).not.toBe(waiting?.since)
  await expect(lab.store.decide(timed, 'go', { decision: 'approve' }, waiting?.since)).rejects.toEqual(conflict(/something else by now/))
  await lab.store.decide(timed, 'go', { decision: 'approve' }, again?.since)
  expect(await lab.until(timed)).toMatchObject({ state: 'done' })
})
