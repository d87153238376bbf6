import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ScriptedWorld } from '../../../e2e/support/scripted-claude.ts'
import { openScriptedPool, type ScriptedPool } from '../../../e2e/support/scripted-pool.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

let root: string
let run: ScriptedPool
let world: ScriptedWorld
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-limits-'))
  world = new ScriptedWorld()
  run = await openScriptedPool(join(root, 'data'), world)
})
afterEach(async () => {
  await run.close()
  await rm(root, { recursive: true, force: true })
})

const until = <T>(what: string, check: () => T) =>
  vi.waitUntil(check, { timeout: 10_000, interval: 2 }).catch(() => Promise.reject(new Error(`Waited in vain for ${what}.`)))

async function make(name: string): Promise<string> {
  const { id } = await run.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: root }), start: false })
  return (await run.conversations.create({ instanceId: id })).id
}

const send = (conversationId: string, text: string) => run.pool.send(conversationId, { text, priority: 5 })
const submit = (text: string) => run.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1 })
const runs = (text: string) => until(`“${text}” to run`, () => world.open.find((turn) => turn.text === text))
const task = (text: string) => run.pool.tasks.list({}).find((one) => one.text === text)

test('memory that one was let in on is not taken by another: whoever is shown as running runs', async () => {
  const [a, b] = [await make('a'), await make('b')]
  await send(a, 'first')
  const first = await runs('first')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  await submit('task')
  await send(b, 'message')
  first?.process.end()
  const second = await until('one of them to run', () => world.open[0])
  await until('the other to say what it waits for', () => {
    const other = task(second?.text === 'task' ? 'message' : 'task')
    return other?.state === 'waiting' && /memory|to be free/.test(other.waitingFor ?? '')
  })
  second?.process.end()
  await until('the other to run', () => world.sent.length === 3)
  expect(world.sent.toSorted()).toEqual(['first', 'message', 'task'])
})

test('no process is promised memory that those at rest could not give back', async () => {
  const [a, b, c] = [await make('a'), await make('b'), await make('c')]
  await send(a, 'at work')
  await send(b, 'at rest')
  const atRest = await runs('at rest')
  const atWork = await runs('at work')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  atRest?.process.end()
  await until('the turn to end', () => task('at rest') === undefined)
  await send(c, 'third')
  expect(task('third')).toMatchObject({ state: 'waiting', waitingFor: 'There is no memory for one more process.' })
  atWork?.process.end()
  await runs('third')
})

test('a process that is exchanged for another conversation waits for no memory: it takes the place of the one before', async () => {
  const [a, b] = [await make('a'), await make('b')]
  await send(a, 'first')
  await send(b, 'at work')
  const first = await runs('first')
  await runs('at work')
  await run.pool.policies.update({ memoryLimitMb: 120 })
  first?.process.end()
  await until('the turn to end', () => task('first') === undefined)
  await submit('task')
  expect(await runs('task')).toBeDefined()
})

test('a question whose caller has gone is not asked again when its turn meets a usage limit', async () => {
  await make('a')
  const caller = new AbortController()
  const answer = run.pool.tasks.ask({ text: 'question', priority: 5 }, caller.signal)
  const turn = await runs('question')
  caller.abort()
  await until('the queue to know', () => task('question')?.callerGone)
  turn?.process.end('limit', new Date(Date.now() + 60_000).toISOString())
  expect(await answer).toMatchObject({ turn: { outcome: 'failed' } })
  expect(task('question')).toBeUndefined()
})

test('questions that waited when the app ended are not begun by the next one, whatever else of the queue it goes on with', async () => {
  await make('a')
  const caller = new AbortController()
  await submit('task')
  await runs('task')
  const asked = ['one', 'two', 'three'].map((text) => run.pool.tasks.ask({ text, priority: 5 }, caller.signal).catch(() => null))
  await until('all to wait', () => ['one', 'two', 'three'].every((text) => task(text)?.state === 'waiting'))
  world.killAll()
  await run.close()
  run = await openScriptedPool(join(root, 'data'), world)
  expect(asked).toHaveLength(3)
  expect(run.pool.tasks.ended({}).map(({ text, error }) => `${text} ${error?.code}`)).toEqual(
    expect.arrayContaining(['one CALLER_GONE', 'two CALLER_GONE', 'three CALLER_GONE']),
  )
  expect(world.sent).toEqual(['task'])
})

test('work of the queue goes on by itself when the usage limit that held all instances is over', async () => {
  const a = await make('a')
  await send(a, 'first')
  const first = await runs('first')
  first?.process.end('limit', new Date(Date.now() + 400).toISOString())
  await until('the turn to end', () => task('first') === undefined)
  await submit('task')
  expect(task('task')?.waitingFor).toMatch(/usage limit/)
  await runs('task')
})

test.runIf(process.platform === 'linux')('closing lets go of every file, also while work is on its way to an instance', async () => {
  await make('a')
  await make('b')
  await Promise.all([submit('one'), submit('two')])
  await run.close()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const open = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')))
  expect(open.filter((path) => path.startsWith(root))).toEqual([])
})
