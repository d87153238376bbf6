import { expect, test } from 'vitest'
import { RestartPolicy } from './restart-policy.ts'

test('waits double from a second, and the fifth crash in ten minutes is the last', () => {
  const policy = new RestartPolicy()
  const decisions = [0, 1, 2, 3, 4].map((minute) => policy.crashed(minute * 60_000))
  expect(decisions.slice(0, 4)).toEqual([1, 2, 4, 8].map((seconds) => ({ restart: true, delayMs: seconds * 1_000 })))
  expect(decisions[4]).toEqual({ restart: false, crashes: 5 })
})

test('crashes further apart than ten minutes are each a first one', () => {
  const policy = new RestartPolicy()
  for (let count = 0; count < 20; count += 1) expect(policy.crashed(count * 601_000)).toEqual({ restart: true, delayMs: 1_000 })
})

test('the user taking over begins anew', () => {
  const policy = new RestartPolicy()
  for (let count = 0; count < 4; count += 1) policy.crashed(count)
  policy.reset()
  expect(policy.crashed(10)).toEqual({ restart: true, delayMs: 1_000 })
})
