import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { poolStatusSchema } from '../../shared/domain/pool.ts'
import type { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const status = (app: App) => app.api.call(poolStatusSchema, 'GET', '/pool')
const change = (app: App, body: Record<string, unknown>) => app.api.call(poolStatusSchema, 'PATCH', '/pool', body)

async function spares(app: App, kind: 'folder' | 'any-folder'): Promise<void> {
  const ready = async () => (await status(app)).spares.some((spare) => spare.kind === kind && spare.state === 'ready' && spare.pid !== null)
  await until(`a spare for ${kind}`, ready)
}

test.describe('warm, and within the memory', () => {
  test('a folder never seen before finds a process that is ready; one that cannot take it falls back in the same turn', async ({ app }) => {
    await readyInstance(app)
    await change(app, { spares: 1 })
    await spares(app, 'any-folder')
    const fresh = path.join(app.folders.root, 'fresh')
    await mkdir(fresh)
    const first = await app.api.spawn({ name: 'fresh', cwd: fresh, start: false })
    const talk = await app.api.createConversation({ instanceId: first.id })
    const turn = await app.api.ask(talk.id, '[remember: a new place] [rate 0]')
    expect(turn).toMatchObject({ outcome: 'done', timing: { origin: 'spare' } })
    await spares(app, 'any-folder')
    const picky = path.join(app.folders.root, 'picky')
    await mkdir(path.join(picky, '.claude'), { recursive: true })
    await writeFile(path.join(picky, '.claude', 'settings.json'), JSON.stringify({ env: { OWN: 'yes' } }))
    const second = await app.api.spawn({ name: 'picky', cwd: picky, start: false, model: 'haiku' })
    const other = await app.api.createConversation({ instanceId: second.id })
    expect(await app.api.ask(other.id, '[echo: it works]')).toMatchObject({ text: 'it works', timing: { origin: 'cold' } })
    expect((await status(app)).launches).toMatchObject({ hits: { anyFolder: 1 }, misses: { refused: 1 } })
  })

  test('a spare that knows an older CLAUDE.md is not handed out', async ({ app }) => {
    const { instance } = await readyInstance(app)
    await change(app, { spares: 1 })
    await spares(app, 'folder')
    await spares(app, 'any-folder')
    await writeFile(path.join(app.folders.work, 'CLAUDE.md'), 'Everything is different now.')
    const old = (await status(app)).spares.find(({ kind }) => kind === 'folder')?.pid
    const turn = await app.api.ask((await app.api.createConversation({ instanceId: instance.id })).id, 'hello [rate 0]')
    expect(turn.outcome).toBe('done')
    expect((await app.api.instance(instance.id)).process?.pid).not.toBe(old)
  })

  test('a spare that dies is replaced, and the pool says so', async ({ app }) => {
    await readyInstance(app)
    await change(app, { spares: 1 })
    await spares(app, 'folder')
    const killed = (await status(app)).spares.find(({ kind }) => kind === 'folder')?.pid ?? 0
    process.kill(killed, 'SIGKILL')
    const line = await until('a line in the log', async () => (await status(app)).log.find(({ act }) => act === 'spare-lost'))
    expect(line.reason).toContain('SIGKILL')
    const replaced = async () => (await status(app)).spares.some(({ kind, pid }) => kind === 'folder' && pid !== null && pid !== killed)
    await until('another one', replaced)
  })

  test('more instances than the memory holds: all answer, none forgets, spares go first, and the log says who made room', async ({
    app,
  }) => {
    await change(app, { memoryLimitMb: 320, spares: 1 })
    const stories = []
    for (let index = 0; index < 5; index += 1) stories.push(await readyToTalk(app, index))
    const remembered = await Promise.all(stories.map(({ id }, index) => app.api.ask(id, `[remember: word ${index}] [rate 0]`)))
    expect(remembered.map(({ outcome }) => outcome)).toEqual(stories.map(() => 'done'))
    const recalled = await Promise.all(stories.map(({ id }) => app.api.ask(id, '[recall] [rate 0]')))
    expect(recalled.map(({ text }) => text)).toEqual(stories.map((_, index) => `You told me to remember: word ${index}`))
    const { log, running } = await status(app)
    expect(running).toBeLessThanOrEqual(4)
    expect(log.some(({ act, reason }) => act === 'parked' && reason.includes('320 MB'))).toBe(true)
  })

  test('one instance goes to and fro between two conversations, each in its own session, and none is refused', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    const other = await app.api.createConversation({ instanceId: instance.id })
    await app.api.ask(conversation.id, '[remember: the first] [rate 0]')
    await app.api.ask(other.id, '[remember: the second] [rate 0]')
    for (const [id, word] of [
      [conversation.id, 'first'],
      [other.id, 'second'],
      [conversation.id, 'first'],
    ] as const)
      expect(await app.api.ask(id, '[recall] [rate 0]')).toMatchObject({ outcome: 'done', text: `You told me to remember: the ${word}` })
  })

  test('each row of the pool says what it uses, how often and when it was used, and what it knows', async ({ app }) => {
    const { instance } = await readyInstance(app)
    await app.api.raw('POST', '/ask', { text: 'hello [rate 0]', source: 'ci', target: 'docs' })
    const used = async () => {
      const { process: running, turns, lastUsedAt } = await app.api.instance(instance.id)
      return turns === 1 && lastUsedAt !== null && running?.memoryMb !== null && running?.cpuPercent !== null
    }
    await until('memory and processor time', used)
    const { knowledge, memoryState, launches } = await status(app)
    expect(knowledge).toMatchObject([{ instanceId: instance.id, pairCount: 1, pairs: [{ source: 'ci', target: 'docs' }] }])
    expect({ memoryState, launches: launches.launches }).toEqual({ memoryState: 'measured', launches: 0 })
  })
})

async function readyToTalk(app: App, index: number) {
  const { id } = await app.api.spawn({ name: `Crowded ${index}`, cwd: app.folders.work, start: false })
  return app.api.createConversation({ instanceId: id })
}
