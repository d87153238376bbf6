import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Message } from '../../../shared/domain/message.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let instanceId: string
let conversationId: string
beforeEach(async () => {
  run = await openCore()
  const { instances } = run.core.pool
  const allowedTools = ['Bash', 'Monitor', 'Agent', 'Task', 'Workflow']
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools })
  instanceId = (await instances.create({ ...config, start: true })).id
  await until('the instance to be ready', () => instances.get(instanceId).state === 'idle', longMs)
  conversationId = (await run.core.conversations.create({ instanceId })).id
})
afterEach(() => run.close())

function background(): BackgroundTask[] {
  return run.core.pool.instances.get(instanceId).background
}

async function say(text: string) {
  return (await run.core.pool.send(conversationId, { text, priority: 5 })).done
}

async function lines(): Promise<Message[]> {
  const { items } = await run.core.conversations.messages(conversationId, { limit: 200, superseded: false })
  return items.filter(({ role }) => role === 'system')
}

const waits = (sign: string) => `until test -e ${sign}; do sleep 0.1; done`

test('a command says what runs, and what it has written can be read; one that is stopped leaves a line and the other runs on', async () => {
  await say(`Two of them [background: echo READY; ${waits('go')}] [background: echo OTHER; ${waits('go')}]`)
  const [first, second] = background()
  expect(first).toMatchObject({ kind: 'command', hasOutput: true })
  expect(first?.command).toContain('echo READY')
  expect(first?.toolUseId).toMatch(/^toolu_/)
  const { instances } = run.core.pool
  const written = await until('the output', async () => {
    const output = await instances.taskOutput(instanceId, first?.id ?? '')
    return output.output.includes('READY') && output
  })
  expect(written).toMatchObject({ totalBytes: 6, truncated: false })
  await instances.stopTask(instanceId, first?.id ?? '')
  const line = await until('the line', async () => (await lines()).find(({ text }) => text.includes('was stopped')), longMs)
  expect(line.notice).toMatchObject({ kind: 'background', data: { taskId: first?.id, status: 'stopped' } })
  expect(background().map(({ id }) => id)).toEqual([second?.id])
  await expect(instances.taskOutput(instanceId, first?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('an interruption of the turn ends nothing in the background', async () => {
  await say(`Begin [background: ${waits('go')}]`)
  const turn = say('And now wait [slow 120]')
  const { instances } = run.core.pool
  await until('the turn', () => instances.get(instanceId).state === 'busy', longMs)
  await instances.interrupt(instanceId)
  expect(await turn).toMatchObject({ outcome: 'interrupted' })
  expect(background()).toHaveLength(1)
})

test('a monitor is one; what it reports begins a turn that says so', async () => {
  await say(`Watch [monitor: ${waits('go')}; echo BUILT; ${waits('end')}]`)
  expect(background()).toMatchObject([{ kind: 'monitor', hasOutput: true }])
  await writeFile(join(run.folders.work, 'go'), '')
  const turn = await until(
    'Claude to go on',
    async () => (await run.core.conversations.turns(conversationId, 10)).find((one) => one.startedBy === 'claude'),
    longMs,
  )
  expect(turn.startedFor).toMatch(/^the monitor “.+” reported something$/)
  const [line] = await lines()
  expect(line).toMatchObject({ turnId: turn.id, notice: { kind: 'continued' } })
  expect(background()).toHaveLength(1)
})

test('a workflow and its sub-agents say how far they are', async () => {
  await say('Review [workflow]')
  const task = await until(
    'a step to be done',
    () => background().find(({ steps }) => steps?.length === 2 && steps.some(({ state }) => state === 'done')),
    longMs,
  )
  expect(task).toMatchObject({ kind: 'workflow', steps: [{ label: 'Reader', phase: 'Read' }, { label: 'Reporter' }] })
  expect(task.progress?.tokens).toBeGreaterThan(0)
  const { instances } = run.core.pool
  await expect(instances.taskOutput(instanceId, task.id)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await instances.stopTask(instanceId, task.id)
  await until('its end', () => background().length === 0, longMs)
})

test('times that Claude has set are listed with their reason; ending one tells it', async () => {
  await say('Later [wake: 3600 look at the build again] [cron: 0 9 * * * say good morning]')
  const [wake, cron] = background()
  expect(wake).toMatchObject({ kind: 'schedule', description: 'look at the build again' })
  expect(Date.parse(wake?.schedule?.nextAt ?? '')).toBeGreaterThan(Date.now())
  expect(cron).toMatchObject({ kind: 'schedule', schedule: { prompt: 'say good morning' } })
  expect(cron?.schedule?.every).toContain('9:00')
  const { instances } = run.core.pool
  expect(instances.get(instanceId)).toMatchObject({ state: 'idle', activity: '2 schedules' })
  await instances.stopTask(instanceId, cron?.id ?? '')
  expect(background()).toEqual([])
  const line = await until('the line', async () => (await lines())[0], longMs)
  expect(line.text).toContain('Canceled')
  expect(await say('Are you there?')).toMatchObject({ outcome: 'done' })
})

test('Stop right behind a message, again and again: each turn is interrupted at once, and the process stays', async () => {
  await say(`Begin [background: ${waits('go')}]`)
  const { instances } = run.core.pool
  const pid = instances.get(instanceId).process?.pid
  for (let time = 0; time < 12; time += 1) {
    const turn = say(`Stop this [slow 120] ${time}`)
    await until('the turn', () => instances.get(instanceId).state === 'busy', longMs)
    // A little later each time: before the prompt is taken up, while that happens, and after.
    for (let tick = 0; tick < time * 3; tick += 1) await new Promise(setImmediate)
    await instances.interrupt(instanceId)
    expect(await turn).toMatchObject({ outcome: 'interrupted' })
  }
  expect(instances.get(instanceId).process?.pid).toBe(pid)
  expect(background()).toHaveLength(1)
  expect(await say('Are you there? [echo: here]')).toMatchObject({ outcome: 'done', text: 'here' })
})
