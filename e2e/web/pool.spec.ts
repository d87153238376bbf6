import { z } from 'zod'
import { answerSchema, poolStatusSchema } from '../../shared/domain/pool.ts'
import { taskSchema } from '../../shared/domain/task.ts'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const ask = (app: App, body: Record<string, unknown>) => app.api.call(answerSchema, 'POST', '/ask', body)
const status = (app: App) => app.api.call(poolStatusSchema, 'GET', '/pool')
const change = (app: App, body: Record<string, unknown>) => app.api.call(poolStatusSchema, 'PATCH', '/pool', body)

const submit = (app: App, body: Record<string, unknown>) => app.api.call(taskSchema, 'POST', '/tasks', body)
const allEnded = (app: App, count: number) =>
  until(`${count} tasks to have ended`, async () => {
    const ended = await app.api.tasks('?state=ended')
    return ended.length >= count && ended
  })

test.describe('the pool', () => {
  test('asked without an instance, it picks one, answers, and says why that one', async ({ app }) => {
    const { instance } = await readyInstance(app)
    const answer = await ask(app, { text: '[echo: picked]' })
    expect(answer).toMatchObject({ text: 'picked', instanceId: instance.id, turn: { outcome: 'done' } })
    expect(answer.choice.reason.length).toBeGreaterThan(5)
  })

  test('a pair of source and target goes on where its context is', async ({ app }) => {
    await readyInstance(app)
    await readyInstance(app)
    const pair = { source: 'ci', target: 'docs' }
    const first = await ask(app, { text: '[remember: the blue door] [rate 0]', ...pair })
    await ask(app, { text: 'something else [rate 0]', source: 'ci', target: 'code' })
    const again = await ask(app, { text: '[recall] [rate 0]', ...pair })
    expect(again).toMatchObject({ conversationId: first.conversationId, text: 'You told me to remember: the blue door' })
  })

  test('when all are busy one more is made, up to the maximum, and the log says so', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await change(app, { max: 2 })
    await app.api.send(conversation.id, '[long 300] [rate 30]')
    await app.api.instanceWhen((await app.api.instances())[0]?.id ?? '', 'it to work', ({ state }) => state === 'busy')
    const answer = await ask(app, { text: '[echo: from another]' })
    expect((await app.api.instance(answer.instanceId)).name).toBe('pool 1')
    expect((await status(app)).log[0]).toMatchObject({ act: 'made', instanceName: 'pool 1' })
    expect(await app.api.instances()).toHaveLength(2)
  })

  test('work is handed in at once, waits while the queue is paused, survives kill -9, and is done once it goes on', async ({ folders }) => {
    const first = await App.start({ folders })
    await readyInstance(first)
    await change(first, { paused: true, max: 1 })
    const texts = ['one', 'two', 'three']
    for (const text of texts) await submit(first, { text: `[echo: ${text}]`, priority: text === 'three' ? 9 : 5 })
    expect((await first.api.tasks()).map(({ text, waitingFor }) => [text, waitingFor])).toEqual(
      ['three', 'one', 'two'].map((text) => [`[echo: ${text}]`, 'The queue is paused']),
    )
    await first.kill()
    const second = await App.start({ folders })
    expect((await status(second)).queued).toBe(3)
    await change(second, { paused: false })
    const ended = await allEnded(second, 3)
    expect(ended.map(({ text, state }) => `${text} ${state}`).toSorted()).toEqual(texts.map((text) => `[echo: ${text}] done`).toSorted())
    const said = (await Promise.all(ended.map(({ conversationId }) => second.api.messages(conversationId ?? '')))).flat()
    expect(said.filter(({ role }) => role === 'user')).toHaveLength(3)
    await second.quit()
  })

  test('an empty app fills itself once new instances have a folder, and work asks for them by label', async ({ app, ui }) => {
    await ui.locator('.sidebar-link', { hasText: 'Pool' }).click()
    const set = async (name: string, value: string) => {
      await ui.getByRole('textbox', { name, exact: true }).fill(value)
      await ui.keyboard.press('Enter')
    }
    await set('Folder', app.folders.work)
    await set('Labels', 'docs, fast')
    await set('Keep running at least', '1')
    const row = ui.getByRole('row', { name: /pool 1/ })
    await expect(row).toContainText('created by the pool · #docs · #fast')
    expect(await app.api.instances()).toMatchObject([{ name: 'pool 1', cwd: app.folders.work, tags: ['docs', 'fast'] }])
    await ui.getByText('Labels, priority, deadline').click()
    await ui.getByRole('combobox', { name: 'Instance labels' }).fill('fast')
    await ui.getByRole('textbox', { name: 'Message to the pool' }).fill('[echo: by label]')
    await ui.getByRole('button', { name: 'Ask', exact: true }).click()
    await expect(ui.getByText('pool 1 answered')).toBeVisible()
    await looksRight(ui, 'pool-from-nothing', {
      wide: { width: 1280, height: 800 },
      narrow: { width: 900, height: 600 },
      phone: { width: 390, height: 800 },
    })
  })

  test('a policy that contradicts itself is refused with the reason, and the old one stays', async ({ app }) => {
    const refused = await app.api.refusal('PATCH', '/pool', { min: 5, max: 2 })
    expect(refused).toMatchObject({ status: 400, info: { code: 'BAD_REQUEST', data: { field: 'min' } } })
    expect((await app.api.refusal('PATCH', '/pool', { memoryLimitMb: 1_000_000_000 })).info.data).toEqual({ field: 'memoryLimitMb' })
    expect((await status(app)).policy).toMatchObject({ min: 0, max: 4 })
  })

  test('no more turns run at the same time than the policy says, and all end well', async ({ app }) => {
    const stories = [await readyInstance(app), await readyInstance(app), await readyInstance(app)]
    await change(app, { concurrency: 1 })
    const turns = stories.map(({ conversation }) => app.api.ask(conversation.id, '[long 20] [rate 60]'))
    let most = 0
    const ended = Promise.all(turns)
    let running = true
    void ended.finally(() => (running = false))
    while (running) {
      const events = await Promise.all(stories.map(({ conversation }) => app.api.conversation(conversation.id)))
      const started = events.filter(({ lastTurn }) => lastTurn !== null && lastTurn.outcome === null && lastTurn.timing.startedMs !== null)
      most = Math.max(most, started.length)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    expect((await ended).map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
    expect(most).toBeLessThanOrEqual(1)
    const began = (await ended).map(({ timing }) => timing.allocatedMs ?? 0).toSorted((a, b) => a - b)
    expect(began[2]).toBeGreaterThan(300)
  })

  test('an idle instance is parked after its time, a pinned one is not, and a message wakes it in its session', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const pinned = await readyInstance(app, { pinned: true })
    await app.api.ask(conversation.id, '[remember: seven] [rate 0]')
    await change(app, { idleTimeoutSeconds: 10 })
    await app.api.instanceWhen(instance.id, 'it to be parked', ({ pause }) => pause === 'park', 25_000)
    expect(await app.api.instance(pinned.instance.id)).toMatchObject({ state: 'idle' })
    const parked = await until('a line in the log', async () => (await status(app)).log.find(({ act }) => act === 'parked'))
    expect(z.string().parse(parked.reason)).toContain('10 s')
    expect(await app.api.ask(conversation.id, '[recall] [rate 0]')).toMatchObject({
      text: 'You told me to remember: seven',
      timing: { origin: 'resumed' },
    })
  })

  test('a new instance finds a process that is ready, sooner than one that has to be started', async ({ app }) => {
    const first = await app.api.spawn({ name: 'without', cwd: app.folders.work, start: false })
    const cold = await app.api.ask((await app.api.createConversation({ instanceId: first.id })).id, 'hello [rate 0]')
    await change(app, { spares: 1 })
    await readyInstance(app)
    await until('a spare', async () => (await status(app)).sparesReady >= 1)
    const second = await app.api.spawn({ name: 'with', cwd: app.folders.work, start: false })
    const turn = await app.api.ask((await app.api.createConversation({ instanceId: second.id })).id, 'hello [rate 0]')
    expect(turn).toMatchObject({ outcome: 'done', timing: { origin: 'spare' } })
    process.stdout.write(
      `first token of a new conversation: ${cold.timing.firstTokenMs} ms without a spare, ${turn.timing.firstTokenMs} ms with one\n`,
    )
    await change(app, { spares: 0 })
    expect((await status(app)).sparesReady).toBe(0)
  })

  test('one process serves one new conversation after the other, none knows of another, and all of them can be gone on with', async ({
    app,
  }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: the first] [rate 0]')
    const { process: before } = await app.api.instance(instance.id)
    const others = []
    for (const word of ['second', 'third']) {
      const { id } = await app.api.createConversation({ instanceId: instance.id })
      expect(await app.api.ask(id, '[recall] [rate 0]')).toMatchObject({
        text: 'You have not told me anything to remember.',
        timing: { origin: 'warm' },
      })
      await app.api.ask(id, `[remember: the ${word}] [rate 0]`)
      others.push({ id, word })
    }
    expect((await app.api.instance(instance.id)).process?.pid).toBe(before?.pid)
    for (const { id, word } of [{ id: conversation.id, word: 'first' }, ...others])
      expect(await app.api.ask(id, '[recall] [rate 0]')).toMatchObject({ text: `You told me to remember: the ${word}` })
  })

  test('over the memory limit an idle one is parked', async ({ app }) => {
    const first = await readyInstance(app)
    const second = await readyInstance(app)
    for (const { conversation } of [first, second]) await app.api.ask(conversation.id, 'hello [rate 0]')
    await until('their memory to be measured', async () => ((await status(app)).memoryMb ?? 0) > 120)
    await change(app, { memoryLimitMb: 150 })
    await app.api.instanceWhen(first.instance.id, 'the one used longest ago to be parked', ({ pause }) => pause === 'park')
  })
})
