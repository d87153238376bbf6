import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { Problems } from '../storage/problems.ts'
import { countingProtocol } from '../../../e2e/fixtures/counting-protocol.ts'
import { Thread } from './thread.ts'

const file = new URL('../../../e2e/fixtures/counting-worker.ts', import.meta.url)
const problems = new Problems()
const reports: number[] = []
let restarts = 0
let thread: ReturnType<typeof start>
afterEach(async () => {
  await thread.close()
  reports.length = 0
  restarts = 0
})

function start(restart: 'always' | 'once' = 'always') {
  return new Thread({
    protocol: countingProtocol,
    file,
    name: 'counting',
    title: 'Counting',
    data: () => ({ first: 10 }),
    log: pino({ level: 'silent' }),
    problems,
    onReport: (report) => reports.push(report),
    onRestart: () => (restarts += 1),
    restart,
  })
}

test('calls are answered in order, tells and reports arrive, and what a handler throws is thrown here', async () => {
  thread = start()
  expect(await Promise.all([thread.call('add', 1), thread.call('add', 2)])).toEqual([11, 13])
  expect(reports).toEqual([11, 13])
  thread.tell('a')
  thread.tell('b')
  expect(await thread.call('told', null)).toBe('ab')
  await expect(thread.call('fail', null)).rejects.toMatchObject({ code: 'LIMIT_REACHED', data: { limit: 3 } })
})

test('whatever it was doing when it died is refused; it comes back every time, and what is asked meanwhile is answered', async () => {
  thread = start()
  for (let death = 1; death <= 3; death += 1) {
    const never = thread.call('never', null)
    await expect(Promise.all([thread.call('die', null), never])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(never).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(problems.list()).toMatchObject([{ id: 'thread:counting' }])
    thread.tell('kept')
    expect(await thread.call('add', death)).toBe(10 + death)
    expect(await thread.call('told', null)).toBe('kept')
    expect(restarts).toBe(death)
  }
})

test('a call that takes too long is refused; a thread that hangs is ended and started again, one that only waits is not', async () => {
  thread = start()
  await expect(thread.call('never', null, { limitMs: 50 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await thread.call('add', 1)).toBe(11)
  expect(restarts).toBe(0)
  void thread.call('hang', null, { limitMs: null }).catch(() => {})
  await expect(thread.call('add', 1, { limitMs: 50 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await vi.waitFor(() => expect(restarts).toBe(1), { timeout: patienceMs })
  expect(await thread.call('add', 1)).toBe(11)
})

test('work that says how far it is has no other limit; once it is silent for too long, it is refused', async () => {
  thread = start()
  const work = thread.call('report', { times: 25, everyMs: 100 }, { silentMs: 2_000 })
  expect(await work).toBe(25)
  await expect(thread.call('never', null, { silentMs: 50 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await thread.call('add', 1)).toBe(11)
})

test('closed, it refuses what it was asked and is asked, and does not come back', async () => {
  thread = start()
  const never = thread.call('never', null)
  const closed = thread.close()
  await expect(never).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await closed
  await expect(thread.call('add', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('one that hangs is ended by its close all the same', async () => {
  thread = start()
  await thread.call('add', 1)
  const hang = thread.call('hang', null)
  await Promise.all([thread.kill(), expect(hang).rejects.toMatchObject({ code: 'UNAVAILABLE' })])
})

test('a thread for one job ends with it', async () => {
  thread = start('once')
  await expect(thread.call('die', null)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(restarts).toBe(0)
})
