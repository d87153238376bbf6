import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema, type Instance } from '../../../shared/domain/instance.ts'

/** The real program against the demo model, and real signals from outside. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
const canSuspend = process.platform !== 'win32'
let run: CoreRun
let instanceId: string
let chat: string
beforeEach(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work })
  instanceId = (await run.core.pool.instances.create({ ...config, start: true })).id
  await until('the instance to be ready', () => view().state === 'idle', longMs)
  chat = (await run.core.conversations.create({ instanceId })).id
})
afterEach(() => run.close())

function view(): Instance {
  return run.core.pool.instances.get(instanceId)
}

/** Signals to 0 would go to the test itself. */
function pidOf(): number {
  const pid = view().process?.pid ?? 0
  if (pid === 0) throw new Error('The instance has no process.')
  return pid
}

/** Somebody else stops the process, or lets it go on. */
async function outside(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  process.kill(pidOf(), signal)
  const suspended = signal === 'SIGSTOP'
  await until('the instance to show it', () => (view().process?.suspended ?? false) === suspended, longMs)
}

test.skipIf(!canSuspend)(
  'a process that was stopped from outside is not idle: a message waits and says why, until it is resumed',
  async () => {
    await outside('SIGSTOP')
    expect(view().state).toBe('paused')
    expect(view().pause).toBeUndefined()
    const { done } = await run.core.pool.send(chat, { text: 'Hello', priority: 5 })
    expect(view().queued).toBe(1)
    expect(
      run.core.pool.tasks
        .list({})
        .map((task) => task.waitingFor)
        .join(),
    ).toContain('suspended by the system')
    await run.core.pool.instances.resume(instanceId)
    expect(view().process?.suspended).toBeUndefined()
    expect(await done).toMatchObject({ outcome: 'done' })
  },
)

test.skipIf(!canSuspend)('one that goes on by itself sends what waits by itself', async () => {
  await outside('SIGSTOP')
  const { done } = await run.core.pool.send(chat, { text: 'Hello', priority: 5 })
  await outside('SIGCONT')
  expect(await done).toMatchObject({ outcome: 'done' })
})

test.skipIf(!canSuspend)('a turn in it goes on with Resume, ends with Stop, and a suspended process can be parked', async () => {
  const first = await run.core.pool.send(chat, { text: '[long 2000] [rate 40] Tell me more', priority: 5 })
  await until('the turn to run', () => view().state === 'busy' && view().activity === 'Answering', longMs)
  await outside('SIGSTOP')
  expect(view().state).toBe('paused')
  await run.core.pool.instances.resume(instanceId)
  expect(view().state).toBe('busy')
  await outside('SIGSTOP')
  await run.core.pool.instances.interrupt(instanceId)
  expect(await first.done).toMatchObject({ outcome: 'interrupted' })
  await run.core.pool.instances.start(instanceId)
  await until('the instance to be ready', () => view().state === 'idle' && view().process !== null, longMs)
  await outside('SIGSTOP')
  await run.core.pool.instances.pause(instanceId, 'park')
  expect(view()).toMatchObject({ state: 'paused', pause: 'park', process: null })
})

test.skipIf(!canSuspend)('a freeze of our own is a freeze, and ends as one', async () => {
  await run.core.pool.instances.pause(instanceId, 'freeze')
  process.kill(pidOf(), 'SIGSTOP')
  expect(view()).toMatchObject({ state: 'paused', pause: 'freeze' })
  await run.core.pool.instances.resume(instanceId)
  expect(view().state).toBe('idle')
})
