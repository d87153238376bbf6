import { isAlive, processesOf } from '../support/processes.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.use({ oneApp: true })

test.describe('the life of an instance', () => {
  test('starts within seconds in the folder it was given, as a process of its own', async ({ app }) => {
    const created = await app.api.spawn({ name: 'Scout', cwd: app.folders.work, model: 'sonnet', tags: ['a'] })
    expect(created.id).toMatch(/^inst_[0-9a-f]+$/)
    const idle = await app.api.instanceWhen(created.id, 'it to be idle', (one) => one.state === 'idle', 5_000)
    expect(idle).toMatchObject({ name: 'Scout', cwd: app.folders.work, model: 'sonnet', tags: ['a'], queued: 0, activity: null })
    expect(isAlive(idle.process?.pid ?? 0)).toBe(true)
    const measured = await app.api.instanceWhen(created.id, 'its memory', (one) => typeof one.process?.memoryMb === 'number')
    expect(measured.process?.memoryMb).toBeGreaterThan(20)
  })

  test('waits with its process until it is asked to start', async ({ app }) => {
    const created = await app.api.spawn({ name: 'Later', cwd: app.folders.work, start: false })
    expect(created).toMatchObject({ state: 'stopped', process: null })
    await app.api.act(created.id, 'start')
    await app.api.instanceWhen(created.id, 'it to be idle', (one) => one.state === 'idle')
  })

  test('held: finishes its turn and takes no more until it is resumed', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const first = app.api.ask(conversation.id, 'One [slow]')
    await app.api.instanceWhen(instance.id, 'it to be busy', (one) => one.state === 'busy')
    await app.api.act(instance.id, 'pause', { mode: 'hold' })
    await app.api.send(conversation.id, 'Two')
    expect(await first).toMatchObject({ outcome: 'done' })
    const held = await app.api.instanceWhen(instance.id, 'it to be held', (one) => one.state === 'paused')
    expect(held).toMatchObject({ pause: 'hold', queued: 1 })
    expect(isAlive(held.process?.pid ?? 0)).toBe(true)
    await app.api.act(instance.id, 'resume')
    await until(
      'the second turn',
      async () => (await app.api.turns(conversation.id)).filter((turn) => turn.outcome === 'done').length === 2,
    )
  })

  test('frozen in the middle of a sentence: the process stands still, then says the whole of it', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const events = await app.api.conversationEvents(conversation.id)
    const turn = app.api.ask(conversation.id, 'Tell me [long 200] [rate 50]')
    await events.waitFor('the first words', (event) => event.type === 'delta')
    const frozen = await app.api.act(instance.id, 'pause', { mode: 'freeze' })
    expect(frozen).toMatchObject({ state: 'paused', pause: 'freeze' })
    const left = Date.parse(frozen.frozenUntil ?? '') - Date.now()
    expect(left).toBeGreaterThan(100_000)
    expect(left).toBeLessThanOrEqual(120_500)
    await until(
      'the process to be stopped',
      () => processesOf(app.folders.root).find((one) => one.pid === frozen.process?.pid)?.state === 'T',
    )
    await app.api.act(instance.id, 'resume')
    expect(await turn).toMatchObject({ outcome: 'done' })
    events.close()
  })

  test('parked: the turn is interrupted, its words are kept, the memory is free, and the next message goes on in the same session', async ({
    app,
  }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Remember this')
    const before = await app.api.conversation(conversation.id)
    const pid = (await app.api.instance(instance.id)).process?.pid ?? 0
    const events = await app.api.conversationEvents(conversation.id)
    const turn = app.api.ask(conversation.id, 'Tell me [long 400] [rate 50]')
    await events.waitFor('the first words', (event) => event.type === 'delta')
    const parked = await app.api.act(instance.id, 'pause', { mode: 'park' })
    expect(parked).toMatchObject({ state: 'paused', pause: 'park', process: null })
    expect(await turn).toMatchObject({ outcome: 'interrupted' })
    await until('the process to be gone', () => !isAlive(pid), 6_000)
    const said = (await app.api.messages(conversation.id)).at(-1)
    expect(said?.role).toBe('assistant')
    expect(said?.text.length).toBeGreaterThan(0)
    const next = await app.api.ask(conversation.id, 'Go on')
    expect(next).toMatchObject({ outcome: 'done', timing: { origin: 'resumed' } })
    expect((await app.api.conversation(conversation.id)).sessionId).toBe(before.sessionId)
    events.close()
  })

  test('stopped and restarted: nothing of the old process is left', async ({ app }) => {
    const { instance } = await readyInstance(app)
    const first = (await app.api.instance(instance.id)).process?.pid ?? 0
    await app.api.act(instance.id, 'restart')
    const second = await app.api.instanceWhen(instance.id, 'a new process', (one) => one.state === 'idle' && one.process?.pid !== first)
    expect(isAlive(first)).toBe(false)
    await app.api.act(instance.id, 'stop')
    const stopped = await app.api.instanceWhen(instance.id, 'it to be stopped', (one) => one.state === 'stopped')
    expect(stopped.process).toBeNull()
    await until('the second process to be gone', () => !isAlive(second.process?.pid ?? 0), 6_000)
  })

  test('changed: a new name at once, a new model with the next process', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const changed = await app.api.raw('PATCH', `/instances/${instance.id}`, { name: 'Renamed', model: 'opus', tags: ['x'], pinned: true })
    expect(changed.body).toMatchObject({ name: 'Renamed', model: 'opus', tags: ['x'], pinned: true })
    expect(await app.api.ask(conversation.id, 'Hello')).toMatchObject({ outcome: 'done' })
  })

  test('removed: its process ends and its conversations stay', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello')
    const pid = (await app.api.instance(instance.id)).process?.pid ?? 0
    expect((await app.api.raw('DELETE', `/instances/${instance.id}`)).body).toEqual({ removed: true })
    await until('its process to be gone', () => !isAlive(pid), 6_000)
    expect((await app.api.refusal('GET', `/instances/${instance.id}`)).info.code).toBe('NOT_FOUND')
    expect(await app.api.conversation(conversation.id)).toMatchObject({ instanceId: null, messageCount: 2 })
  })

  test('every change is told to those who listen', async ({ app }) => {
    const events = await app.api.poolEvents()
    const { instance } = await readyInstance(app)
    await events.waitFor('the starting instance', (event) => event.type === 'instance' && event.instance.id === instance.id)
    await events.waitFor('the idle instance', (event) => event.type === 'instance' && event.instance.state === 'idle')
    await app.api.raw('DELETE', `/instances/${instance.id}`)
    await events.waitFor('its end', (event) => event.type === 'instance-removed' && event.id === instance.id)
    events.close()
  })
})
