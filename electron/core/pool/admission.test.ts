import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

const never = new AbortController().signal

test('no more at the same time than the limit; higher priority first, then in order', async () => {
  const admission = new Admission(() => ({ concurrency: 1, rateLimit: null }))
  const order: string[] = []
  const leaveFirst = await admission.enter(5, never)
  const turns = [
    ['low', 1],
    ['usual', 5],
    ['second', 5],
    ['high', 9],
  ] as const
  const all = turns.map(async ([name, priority]) => {
    const leave = await admission.enter(priority, never)
    order.push(name)
    leave()
  })
  expect(admission.waiting).toBe(4)
  leaveFirst()
  leaveFirst()
  await Promise.all(all)
  expect(order).toEqual(['high', 'usual', 'second', 'low'])
})

test('one that gives up waits no longer and takes no place', async () => {
  const admission = new Admission(() => ({ concurrency: 1, rateLimit: null }))
  const leave = await admission.enter(5, never)
  const abort = new AbortController()
  const waiting = admission.enter(5, abort.signal)
  abort.abort(new Error('stopped'))
  await expect(waiting).rejects.toThrow('stopped')
  leave()
  const next = await admission.enter(5, never)
  next()
})

test('a limit that is lifted acts at once', async () => {
  let concurrency: number | null = 1
  const admission = new Admission(() => ({ concurrency, rateLimit: null }))
  await admission.enter(5, never)
  const second = admission.enter(5, never)
  concurrency = null
  admission.pump()
  await expect(second).resolves.toBeTypeOf('function')
})

test('no more begin within a minute than the rate allows', async () => {
  let now = 0
  const admission = new Admission(
    () => ({ concurrency: null, rateLimit: 2 }),
    () => now,
  )
  for (let turn = 0; turn < 2; turn += 1) (await admission.enter(5, never))()
  const third = admission.enter(5, never)
  expect(admission.waiting).toBe(1)
  now = 60_001
  admission.pump()
  ;(await third)()
  admission.close()
})
