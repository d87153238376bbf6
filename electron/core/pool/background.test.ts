import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { recoverBackground } from './recovery.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let instanceId: string
let build: string
beforeEach(async () => {
  run = await openCore()
  const { instances } = run.core.pool
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash', 'Agent', 'Task'] })
  instanceId = (await instances.create({ ...config, start: true })).id
  await until('the instance to be ready', () => view().state === 'idle', longMs)
  build = await conversation()
})
afterEach(() => run.close())

function view(): Instance {
  return run.core.pool.instances.get(instanceId)
}

async function conversation(): Promise<string> {
  return (await run.core.conversations.create({ instanceId })).id
}

async function say(id: string, text: string): Promise<Turn> {
  return (await run.core.pool.send(id, { text, priority: 5 })).done
}

async function messages(id: string): Promise<Message[]> {
  return (await run.core.conversations.messages(id, { limit: 200, superseded: false })).items
}

async function lines(id: string): Promise<string[]> {
  return (await messages(id)).filter(({ role }) => role === 'system').map(({ text }) => text)
}

/** Claude starts a command that runs until it is let go, and ends its turn. */
async function startBuild(): Promise<{ finish: () => Promise<void> }> {
  const turn = await say(build, '[background: until test -e go; do sleep 0.1; done; echo FINISHED > built.txt]')
  expect(turn).toMatchObject({ outcome: 'done' })
  expect(view()).toMatchObject({ activity: '1 background command', background: [{ kind: 'command' }] })
  return { finish: () => writeFile(join(run.folders.work, 'go'), '') }
}

const isBuilt = () => readFile(join(run.folders.work, 'built.txt'), 'utf8').catch(() => null)

test('a command in the background keeps its process: another model, housekeeping and its own conversation do not end it', async () => {
  const { finish } = await startBuild()
  const pid = view().process?.pid
  await run.core.pool.instances.update(instanceId, { model: 'sonnet' })
  expect(await say(build, 'Are you there?')).toMatchObject({ outcome: 'done' })
  expect(view().process?.pid).toBe(pid)
  expect(view().background).toHaveLength(1)
  await finish()
  const own = await until(
    'Claude to report',
    async () => (await run.core.conversations.turns(build, 10)).find((turn) => turn.startedBy === 'claude'),
    longMs,
  )
  expect(own.outcome).toBe('done')
  expect(await isBuilt()).toBe('FINISHED\n')
  const [line] = await lines(build)
  expect(line).toContain('Background command')
  expect(line).toContain('finished')
  await until('nothing to run any more', () => view().background.length === 0, longMs)
  expect((await say(build, 'And now?')).model).toContain('sonnet')
})

test('a message of another conversation waits, says why, and is sent when the task is stopped', async () => {
  await startBuild()
  const other = await conversation()
  const sent = await run.core.pool.send(other, { text: 'Hello', priority: 5 })
  const task = await until('the reason', () =>
    run.core.pool.tasks.list({ conversationId: other }).find(({ waitingFor }) => waitingFor?.includes('background')),
  )
  expect(task.state).toBe('waiting')
  const [running] = view().background
  await run.core.pool.instances.stopTask(instanceId, running?.id ?? '')
  expect(await sent.done).toMatchObject({ outcome: 'done' })
  await expect(run.core.pool.instances.stopTask(instanceId, running?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('what the user ends along with the process stands in the conversation, and Claude is told with the next message', async () => {
  await startBuild()
  await run.core.pool.instances.stop(instanceId)
  expect(view().background).toEqual([])
  const [line] = await until('the line', async () => (await lines(build)).length > 0 && lines(build))
  expect(line).toContain('Ended before it finished')
  expect(await say(build, 'What about the build?')).toMatchObject({ outcome: 'done' })
  const told = (await toldToClaude()).split('Ended before it finished').length
  expect(told).toBeGreaterThan(1)
  await say(build, 'And now?')
  expect((await toldToClaude()).split('Ended before it finished')).toHaveLength(told)
  expect((await messages(build)).filter(({ role }) => role === 'user').map(({ text }) => text)).toContain('What about the build?')
})

test('after a kill the conversation says what ended with the app', async () => {
  const tasks = [{ id: 'b1', kind: 'command' as const, description: 'npm run build', since: new Date().toISOString() }]
  await run.core.conversations.setBackground(build, { tasks, note: null })
  await recoverBackground(run.core.conversations)
  expect((await lines(build))[0]).toContain('npm run build')
  const { background, note } = run.core.conversations.get(build)
  expect(background).toBeUndefined()
  expect(note).toContain('npm run build')
})

test('a sub-agent in the background works beside the conversation: what it says is shown, and nobody waits for it', async () => {
  const turn = await say(build, '[agent: Work [bash: until test -e go; do sleep 0.1; done]]')
  expect(turn).toMatchObject({ outcome: 'done' })
  await until(
    'the sub-agent to work',
    async () => (await messages(build)).some(({ parentToolUseId }) => parentToolUseId !== undefined),
    longMs,
  )
  expect(view()).toMatchObject({ state: 'idle', activity: '1 background agent' })
  expect(await say(build, 'Hello')).toMatchObject({ outcome: 'done' })
  expect(view().background).toHaveLength(1)
  await writeFile(join(run.folders.work, 'go'), '')
  const own = await until(
    'Claude to report',
    async () => (await run.core.conversations.turns(build, 10)).find((one) => one.startedBy === 'claude'),
    longMs,
  )
  expect(own.outcome).toBe('done')
  const said = (await messages(build)).filter(({ parentToolUseId }) => parentToolUseId !== undefined)
  expect(new Set(said.map(({ turnId }) => turnId))).toEqual(new Set([turn.id]))
})

/** What Claude Code's transcripts hold. */
async function toldToClaude(): Promise<string> {
  const folder = join(run.folders.data, 'demo', '.claude', 'projects')
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jsonl'))
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('')
}
