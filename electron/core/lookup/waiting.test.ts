import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { SendWhen } from '../../../shared/domain/task.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
/** Longer than a test may take: whoever waits hears of the end, or the test fails. */
const waitSeconds = 3_600
let run: CoreRun
let instanceId: string
let conversationId: string
beforeEach(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash'] })
  instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  conversationId = (await run.core.conversations.create({ instanceId })).id
})
afterEach(() => run.close())

async function say(text: string, when: SendWhen = 'after') {
  const { task } = await run.core.pool.send(conversationId, { text, priority: 5, when })
  run.core.lookup.taskChanged(task)
  return task
}
const endOf = ({ turnId }: { turnId: string }) => run.core.lookup.turn(turnId, { waitSeconds })

test('whoever waits for a message hears of its end: its own turn, the turn that it joined, or that it was withdrawn', async () => {
  const first = await say('Do [bash: sleep 2; echo one] [bash: echo two]')
  const firstEnd = endOf(first)
  await until('the tool to run', () => run.core.pool.instances.get(instanceId).activity?.includes('sleep') === true)
  const joined = await say('Use tabs', 'now')
  const waiting = await say('[echo: never]')
  const ends = Promise.all([endOf(joined), expect(endOf(waiting)).rejects.toMatchObject({ code: 'TASK_GONE' })])
  const byTask = run.core.lookup.endOf(first.id)
  await run.core.pool.tasks.cancel(waiting.id)
  expect(await firstEnd).toMatchObject({ id: first.turnId, state: 'ended', outcome: 'done' })
  expect(await byTask).toMatchObject({ id: first.id, state: 'done', turn: { id: first.turnId } })
  const [end] = await ends
  expect(end).toMatchObject({ id: first.turnId, state: 'ended', joined: [joined.turnId] })
  expect(await run.core.lookup.task(waiting.id)).toMatchObject({ state: 'cancelled' })
})

test('who has waited for a message finds it in no list any more, and its turn ended', async () => {
  const { id, turnId } = await say('[echo: over]')
  await run.core.lookup.endOf(id)
  expect(run.core.pool.tasks.list({ conversationId })).toEqual([])
  expect(await run.core.lookup.turn(turnId, { waitSeconds: 0 })).toMatchObject({ state: 'ended', outcome: 'done' })
})
