import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { SendWhen } from '../../../shared/domain/task.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let instanceId: string
let conversationId: string
beforeAll(async () => {
  run = await openCore()
})
afterAll(() => run.close())
beforeEach(async () => {
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash'] })
  instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  conversationId = (await run.core.conversations.create({ instanceId })).id
})
afterEach(async () => {
  const { instances } = run.core.pool
  for (const { id } of instances.list()) await instances.remove(id)
})

const say = (text: string, when: SendWhen = 'after') => run.core.pool.send(conversationId, { text, priority: 5, when })
const view = () => run.core.pool.instances.get(instanceId)
const tasks = () => run.core.pool.tasks.list({ conversationId })
const toolRuns = () => until('the tool to run', () => view().activity?.includes('sleep') === true, longMs)
const answers = () => until('it to answer', () => view().activity === 'Answering', longMs)
const isOnItsWay = (text: string) => until('it to be handed over', () => tasks().some((task) => task.text === text && task.steers), longMs)
async function said(): Promise<string[]> {
  const { items } = await run.core.conversations.messages(conversationId, { limit: 100, superseded: false })
  return items.filter(({ role }) => role !== 'system').map(({ role, text }) => (text === '' ? role : `${role}: ${text.split('\n')[0]}`))
}

test('a message that is sent now goes into the running turn at its next step, and its ids lead to that turn', async () => {
  const first = await say('Do [bash: sleep 2; echo one] [bash: echo two]')
  await toolRuns()
  const second = await say('Use tabs', 'now')
  await isOnItsWay('Use tabs')
  expect(tasks().find(({ text }) => text === 'Use tabs')).toMatchObject({
    state: 'waiting',
    waitingFor: 'Claude reads it at its next step.',
  })
  const [one, two] = [await first.done, await second.done]
  expect(two.id).toBe(one.id)
  expect(one).toMatchObject({ outcome: 'done', joined: [second.task.turnId] })
  expect(one.text).toContain('you added: “Use tabs”')
  expect(await said()).toEqual([
    'user: Do [bash: sleep 2; echo one] [bash: echo two]',
    'assistant: I will look at that first.',
    'assistant',
    'tool',
    'user: Use tabs',
    'assistant: Next, this.',
    'assistant',
    'tool',
    'assistant: While I worked, you added: “Use tabs”. I have read it.',
  ])
  expect(await run.core.conversations.turns(conversationId, 10)).toHaveLength(1)
  expect(await run.core.lookup.turn(second.task.turnId, { waitSeconds: 0 })).toMatchObject({ id: one.id, state: 'ended' })
  expect(tasks()).toEqual([])
  const next = await say('[echo: afterwards]')
  expect(await next.done).toMatchObject({ outcome: 'done', text: 'afterwards' })
})

test('where the turn has no further step it is the next turn, before what waits', async () => {
  const first = await say('Say [long 60] [rate 30]')
  await answers()
  const waits = await say('[echo: waited]')
  const now = await say('[echo: now]', 'now')
  const turns = await Promise.all([first.done, now.done, waits.done])
  expect(turns.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
  expect(turns[1]).toMatchObject({ id: now.task.turnId, text: 'now' })
  expect((await said()).slice(2)).toEqual(['user: [echo: now]', 'assistant: now', 'user: [echo: waited]', 'assistant: waited'])
  expect(turns[1]?.usage.output).toBeGreaterThan(0)
})

test('a stop takes back what Claude has not read: it waits, can be changed, and goes as a turn of its own', async () => {
  const first = await say('Say [long 400] [rate 30]')
  await answers()
  const second = await say('[echo: second]', 'now')
  await isOnItsWay('[echo: second]')
  await run.core.pool.instances.interrupt(instanceId)
  expect(await first.done).toMatchObject({ outcome: 'interrupted' })
  expect(await second.done).toMatchObject({ outcome: 'done', text: 'second', id: second.task.turnId })
  expect((await said()).filter((line) => line.startsWith('user'))).toEqual(['user: Say [long 400] [rate 30]', 'user: [echo: second]'])
})

test('what is on its way into a turn can be changed and withdrawn; a waiting one can be sent now', async () => {
  const first = await say('Do [bash: sleep 3; echo one] [bash: echo two]')
  await toolRuns()
  const dropped = await say('Never mind', 'now')
  await isOnItsWay('Never mind')
  await run.core.pool.tasks.cancel(dropped.task.id)
  await expect(dropped.done).rejects.toMatchObject({ code: 'TASK_GONE' })
  const changed = await say('Use spaces')
  await run.core.pool.tasks.update(changed.task.id, { when: 'now' })
  await isOnItsWay('Use spaces')
  await run.core.pool.tasks.update(changed.task.id, { text: 'Use tabs' })
  const turn = await first.done
  expect(turn.text).toContain('you added: “Use tabs”. I')
  expect((await changed.done).id).toBe(turn.id)
  await expect(run.core.pool.tasks.update(changed.task.id, { text: 'too late' })).rejects.toMatchObject({ code: 'TASK_GONE' })
})

test('when the process dies before it was read, it waits and is sent once', async () => {
  const first = await say('Do [bash: echo one; sleep 60]')
  await toolRuns()
  const second = await say('[echo: second]', 'now')
  await isOnItsWay('[echo: second]')
  process.kill(view().process?.pid ?? 0, 'SIGKILL')
  expect(await first.done).toMatchObject({ outcome: 'lost' })
  expect(await second.done).toMatchObject({ outcome: 'done', text: 'second' })
  expect((await said()).filter((line) => line === 'user: [echo: second]')).toHaveLength(1)
})

test('while Claude asks, it waits for the answer and the question stays', async () => {
  const first = await say('Do [write: a.txt hello] [bash: echo two]')
  const [asked] = await until('the question', () => run.core.pool.approvals().length > 0 && run.core.pool.approvals(), longMs)
  const second = await say('Use tabs', 'now')
  await isOnItsWay('Use tabs')
  expect(run.core.pool.approvals().map(({ id }) => id)).toEqual([asked?.id])
  await run.core.pool.decide(asked?.id ?? '', { decision: 'allow', remember: 'no' })
  const turn = await first.done
  expect(turn.text).toContain('you added: “Use tabs”')
  expect((await second.done).id).toBe(turn.id)
})

test('a message that interrupts ends the turn and goes before all others; without a turn all ways are the same', async () => {
  const idle = await say('[echo: plain]', 'now')
  expect(await idle.done).toMatchObject({ id: idle.task.turnId, text: 'plain' })
  const first = await say('Say [long 400] [rate 30]')
  await answers()
  const waits = await say('[echo: waited]')
  const instead = await say('[echo: instead]', 'interrupt')
  expect(await first.done).toMatchObject({ outcome: 'interrupted' })
  await Promise.all([instead.done, waits.done])
  expect((await said()).filter((line) => line.startsWith('user')).slice(-2)).toEqual(['user: [echo: instead]', 'user: [echo: waited]'])
})

test('waiting messages move before others and behind all; all are dropped at once, with all that they hold, also with a stop', async () => {
  const first = await say('Say [long 400] [rate 30]')
  await answers()
  const [a, b, c] = [await say('a'), await say('b'), await say('c')]
  const order = () => tasks().flatMap(({ state, text }) => (state === 'waiting' ? [text] : []))
  await run.core.pool.tasks.update(c.task.id, { before: a.task.id })
  expect(order()).toEqual(['c', 'a', 'b'])
  await run.core.pool.tasks.update(c.task.id, { before: b.task.id })
  expect(order()).toEqual(['a', 'c', 'b'])
  await run.core.pool.tasks.update(a.task.id, { before: null })
  expect(order()).toEqual(['c', 'b', 'a'])
  const image = { mediaType: 'image/png' as const, data: 'iVBORw0KGgo=' }
  await run.core.pool.send(conversationId, { text: 'd', images: [image], priority: 9 })
  await say('e', 'now')
  await isOnItsWay('e')
  expect(await run.core.pool.tasks.dropBehind(instanceId)).toMatchObject([
    { text: 'e' },
    { text: 'd', images: [image] },
    { text: 'c' },
    { text: 'b' },
    { text: 'a' },
  ])
  await run.core.pool.instances.interrupt(instanceId)
  expect(await first.done).toMatchObject({ outcome: 'interrupted' })
  expect(tasks()).toEqual([])
  await expect(b.done).rejects.toMatchObject({ code: 'TASK_GONE' })
})
