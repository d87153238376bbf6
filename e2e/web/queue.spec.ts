import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { startDemoModel } from '../../electron/demo/demo-model.ts'
import { batchSchema, queueStatusSchema, taskSchema, type Task } from '../../shared/domain/task.ts'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const submit = (app: App, body: Record<string, unknown>) => app.api.call(taskSchema, 'POST', '/tasks', body)
const submitBatch = (app: App, texts: string[], more = {}) => app.api.call(batchSchema, 'POST', '/batches', { texts, ...more })
const queue = (app: App) => app.api.call(queueStatusSchema, 'GET', '/queue')
const policy = (app: App, body: Record<string, unknown>) => app.api.call(z.unknown(), 'PATCH', '/pool', body)
const taskWhen = (app: App, id: string, what: string, check: (task: Task) => boolean) =>
  until(
    `the task ${what}`,
    async () => {
      const task = await app.api.call(taskSchema, 'GET', `/tasks/${id}`)
      return check(task) && task
    },
    45_000,
  )
const ended = ({ endedAt }: Task) => endedAt !== null

test.describe('the queue', () => {
  test('a batch is worked off by whoever is free, each prompt once, and says how far it is', async ({ app }) => {
    await readyInstance(app)
    await readyInstance(app)
    await policy(app, { max: 2 })
    const texts = Array.from({ length: 6 }, (_, index) => `[echo: answer ${index}] [rate 0]`)
    const batch = await submitBatch(app, texts)
    expect(batch).toMatchObject({ total: 6, done: 0 })
    const over = async () => {
      const [now] = (await queue(app)).batches
      return now !== undefined && now.waiting + now.running === 0 && now
    }
    expect(await until('the batch to be over', over)).toMatchObject({ done: 6, failed: 0, cancelled: 0 })
    const tasks = await app.api.tasks(`?state=ended&batchId=${batch.id}`)
    expect(new Set(tasks.map(({ instanceId }) => instanceId)).size).toBe(2)
    const said = await Promise.all(tasks.map(async ({ conversationId }) => app.api.messages(conversationId ?? '')))
    expect(
      said
        .flat()
        .filter(({ role }) => role === 'assistant')
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(texts.map((_, index) => `answer ${index}`).toSorted())
  })

  test('a failure that may pass is tried again, one that would come again is not; Retry begins it anew', async ({ app }) => {
    await readyInstance(app)
    const passing = await submit(app, { text: '[echo: at last] [flaky 529]', retryDelaySeconds: 1 })
    const done = await taskWhen(app, passing.id, 'to be done', ({ state }) => state === 'done')
    expect(done).toMatchObject({ attempts: 2, error: null })
    const said = await app.api.messages(done.conversationId ?? '')
    expect(said.map(({ role, text }) => `${role}: ${text}`)).toEqual(['user: [echo: at last] [flaky 529]', 'assistant: at last'])
    expect(await app.api.call(z.looseObject({}), 'GET', `/tasks/${passing.id}`)).toMatchObject({
      turn: { outcome: 'done', text: 'at last' },
    })
    const refused = await submit(app, { text: '[echo: on request] [flaky 400]' })
    expect(await taskWhen(app, refused.id, 'to have failed', ended)).toMatchObject({
      state: 'failed',
      attempts: 1,
      error: { code: 'REQUEST_REFUSED' },
    })
    await app.api.call(taskSchema, 'POST', `/tasks/${refused.id}/retry`)
    expect(await taskWhen(app, refused.id, 'to be done', ended)).toMatchObject({ state: 'done' })
  })

  test('at Claude’s usage limit the queue waits until it is over, and says until when', async ({ folders }) => {
    const model = await startDemoModel()
    const env = { ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' }
    const app = await App.start({ folders, demo: false, env })
    await readyInstance(app)
    const limited = await submit(app, { text: '[echo: after the limit] [limit 6]' })
    const behind = await submit(app, { text: '[echo: behind it]' })
    const held = await until('the queue to be held', async () => (await queue(app)).limitedUntil !== null && queue(app))
    expect(held.heldBy).toContain('usage limit')
    expect(await taskWhen(app, limited.id, 'to be done', ended)).toMatchObject({ state: 'done', attempts: 1 })
    expect(await taskWhen(app, behind.id, 'to be done', ended)).toMatchObject({ state: 'done' })
    expect((await queue(app)).limitedUntil).toBeNull()
    await app.quit()
    await model.close()
  })

  test('work whose instance was removed says so, and goes to another one when it is told to', async ({ app }) => {
    const { instance: gone } = await readyInstance(app)
    const { instance: other } = await readyInstance(app)
    await policy(app, { paused: true })
    const task = await submit(app, { text: '[echo: re-aimed]', instanceId: gone.id })
    const late = await submit(app, { text: 'too late', deadlineSeconds: 1 })
    await app.api.call(z.unknown(), 'DELETE', `/instances/${gone.id}`)
    expect((await app.api.call(taskSchema, 'GET', `/tasks/${task.id}`)).waitingFor).toContain('Its instance was removed')
    await app.api.call(taskSchema, 'PATCH', `/tasks/${task.id}`, { instanceId: other.id })
    expect(await taskWhen(app, late.id, 'to be given up', ended)).toMatchObject({ state: 'failed', error: { code: 'DEADLINE_PASSED' } })
    await policy(app, { paused: false })
    expect(await taskWhen(app, task.id, 'to be done', ended)).toMatchObject({ state: 'done', instanceId: other.id })
  })

  test('kill -9 in the middle: work that did nothing yet is done after the next start, work that may have is not repeated', async ({
    folders,
  }) => {
    const first = await App.start({ folders })
    await readyInstance(first)
    await readyInstance(first, { allowedTools: ['Bash'] })
    await policy(first, { max: 2 })
    const [plain, withTool] = (await first.api.instances()).toSorted((a, b) => a.allowedTools.length - b.allowedTools.length)
    const effect = await submit(first, { text: 'Do [bash: echo once >> effects.txt; sleep 300]', instanceId: withTool?.id })
    await until('the tool to run', async () => (await readText(`${folders.work}/effects.txt`)) === 'once\n')
    const harmless = await submit(first, { text: 'Say [long 300] [rate 40]', instanceId: plain?.id })
    await first.api.instanceWhen(plain?.id ?? '', 'it to answer', ({ activity }) => activity === 'Answering')
    await first.kill()
    const second = await App.start({ folders })
    const lost = await taskWhen(second, effect.id, 'to have failed', ended)
    expect(lost).toMatchObject({ state: 'failed', error: { code: 'TURN_LOST' } })
    expect(lost.error?.message).toContain('Bash')
    expect(await taskWhen(second, harmless.id, 'to be done', ended)).toMatchObject({ state: 'done', attempts: 2 })
    expect(await readText(`${folders.work}/effects.txt`)).toBe('once\n')
    await second.quit()
  })

  test('on the page: prompts are handed in together, put in order, cancelled and tried again', async ({ ui, app }) => {
    await readyInstance(app)
    await policy(app, { paused: true, max: 1 })
    await ui.locator('.sidebar-link', { hasText: 'Pool' }).click()
    await ui.getByLabel('Message to the pool').fill('[echo: one] [rate 0]\n[echo: two] [flaky 400]\nthree')
    await ui.getByRole('button', { name: 'Add 3 to queue' }).click()
    const rows = ui.locator('.pool-task')
    await expect(rows).toHaveCount(3)
    await expect(ui.locator('.pool-held')).toContainText('The queue is paused')
    await rows.nth(1).getByRole('button', { name: 'Move up' }).click()
    await expect(rows.first()).toContainText('[echo: two]')
    await rows.nth(2).getByRole('button', { name: 'Cancel' }).click()
    await expect(rows).toHaveCount(2)
    await ui.getByLabel('Pause the queue').click()
    const batch = ui.locator('.pool-batch')
    await expect(batch).toContainText('1 of 3 done · 1 failed · 1 cancelled')
    await batch.getByRole('button', { name: 'Retry failed' }).click()
    await expect(batch).toContainText('2 of 3 done · 1 cancelled')
    await ui.getByRole('button', { name: 'Ended' }).click()
    await expect(rows).toHaveCount(3)
    expect(await axeFaults(ui)).toEqual([])
  })

  test('ten thousand are taken at once, all or none, and more are refused with the time to try again', async ({ app }) => {
    await readyInstance(app)
    await policy(app, { paused: true })
    const texts = Array.from({ length: 10_000 }, (_, index) => `number ${index}`)
    const batch = await submitBatch(app, texts)
    expect(batch).toMatchObject({ total: 10_000, waiting: 10_000 })
    const { status, headers } = await app.api.raw('POST', '/tasks', { text: 'one too many' })
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('10')
    const cancelled = await app.api.call(z.object({ cancelled: z.int() }), 'DELETE', `/batches/${batch.id}`)
    expect(cancelled).toEqual({ cancelled: 10_000 })
    expect((await queue(app)).waiting).toBe(0)
  })
})

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
