import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PlanRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

/** The real program with a plan's token, against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: PlanRun
let instanceId: string
let conversationId: string
beforeEach(async () => {
  run = await PlanRun.begin()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash'] })
  instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  conversationId = (await run.core.conversations.create({ instanceId })).id
})
afterEach(() => run.end())

const say = (text: string) => run.core.pool.send(conversationId, { text, priority: 5 })
const head = () => run.core.conversations.get(conversationId)
const goesOn = () => until('it to wait for the end of the limit', () => head().goesOnAt, longMs)
const isOver = () =>
  until('it to have gone on', () => head().goesOnAt === undefined && head().lastTurn?.outcome === 'done' && head().lastTurn, longMs)
async function prompts(): Promise<string[]> {
  const { items } = await run.core.conversations.messages(conversationId, { limit: 100, superseded: false })
  return items.flatMap(({ role, text }) => (role === 'user' ? [text] : []))
}
const limited = 'Do [bash: echo once >> effects.txt] [limit 4 after 1]'

test('a turn that met the limit goes on by itself when it ends, before what waits, and repeats no tool that ran', async () => {
  const first = await say(limited)
  const turn = await first.done
  expect(turn).toMatchObject({ outcome: 'failed', error: { code: 'RATE_LIMITED' } })
  expect(turn.goesOnAt).toBe(await goesOn())
  const behind = await say('[echo: behind]')
  const waiting = run.core.pool.tasks.list({ conversationId })
  expect(waiting.map(({ goesOnAt }) => goesOnAt)).toEqual([turn.goesOnAt, undefined])
  expect(waiting[1]?.waitingFor).toContain('usage limit is reached until')
  expect(await behind.done).toMatchObject({ outcome: 'done', text: 'behind' })
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(turn.goesOnAt ?? ''))
  expect(await prompts()).toEqual([limited, 'Please continue from where you left off.', '[echo: behind]'])
  expect(await readFile(join(run.folders.work, 'effects.txt'), 'utf8')).toBe('once\n')
  expect(head().goesOnAt).toBeUndefined()
})

test('it goes on after a restart of the app, also when the limit has ended meanwhile', async () => {
  await (
    await say(limited)
  ).done
  const at = await goesOn()
  await run.close()
  await run.open()
  expect(head().goesOnAt).toBe(at)
  await isOver()
  expect(await prompts()).toEqual([limited, 'Please continue from where you left off.'])
  expect(await readFile(join(run.folders.work, 'effects.txt'), 'utf8')).toBe('once\n')
})

test('it can be switched off and on for a conversation, and off for all; then it waits for the user', async () => {
  await (
    await say('[echo: later] [limit 300]')
  ).done
  await goesOn()
  await run.core.pool.goingOn.set(conversationId, false)
  expect(head()).toMatchObject({ goOnAfterLimit: false })
  expect(head().goesOnAt).toBeUndefined()
  expect(run.core.pool.tasks.list({ conversationId })).toEqual([])
  await run.core.pool.goingOn.set(conversationId, null)
  await goesOn()
  await run.core.settings.update({ goOnAfterLimit: false })
  await until('nothing to wait any more', () => head().goesOnAt === undefined)
  const again = await run.core.pool.continueTurn(conversationId)
  run.core.pool.tasks.queue.tryNow()
  expect(await again.done).toMatchObject({ outcome: 'done' })
})

test('it can go on at once; where the limit still holds it waits again', async () => {
  await (
    await say('[limit 5 all]')
  ).done
  await goesOn()
  const early = await run.core.pool.continueTurn(conversationId)
  const met = await early.done
  expect(met).toMatchObject({ outcome: 'failed', error: { code: 'RATE_LIMITED' } })
  expect(met.goesOnAt).toBeDefined()
  expect(await isOver()).toMatchObject({ outcome: 'done' })
  const said = await prompts()
  expect(said.filter((text) => text === '[limit 5 all]')).toHaveLength(1)
})

test('a failure that is no plan’s limit does not go on by itself', async () => {
  const { done } = await say('[529]')
  const turn = await done
  expect(turn.outcome).toBe('failed')
  expect(turn.goesOnAt).toBeUndefined()
  expect(head().goesOnAt).toBeUndefined()
})

test('editing the message, or another one that is sent in its place, ends the wait', async () => {
  await (
    await say('[echo: first] [limit 300]')
  ).done
  await goesOn()
  const { items } = await run.core.conversations.messages(conversationId, { limit: 10, superseded: false })
  await run.core.pool.send(conversationId, { text: '[echo: instead]', priority: 5, replaces: items[0]?.id })
  expect(head().goesOnAt).toBeUndefined()
  run.core.pool.tasks.queue.tryNow()
  expect(await isOver()).toMatchObject({ text: 'instead' })
})

test('a task of the queue that had done something goes on too, and does nothing twice', async () => {
  const task = await run.core.pool.tasks.submit({ text: limited, priority: 5, retries: 2, retryDelaySeconds: 1, instanceId })
  const { conversationId: chat } = await until(
    'it to wait for the end of the limit',
    async () => {
      const now = await run.core.lookup.task(task.id)
      return now.state === 'waiting' && now.attempts === 0 && now.error?.code === 'RATE_LIMITED' && now
    },
    longMs,
  )
  await run.core.pool.send(chat ?? '', { text: '[echo: between]', priority: 9 })
  const ended = await until(
    'it to end',
    async () => {
      const now = await run.core.lookup.task(task.id)
      return now.endedAt !== null && now
    },
    longMs,
  )
  expect(ended).toMatchObject({ state: 'done', attempts: 1 })
  expect(await readFile(join(run.folders.work, 'effects.txt'), 'utf8')).toBe('once\n')
})
