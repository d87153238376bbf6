import { expect, test } from 'vitest'
import { ReleaseTimer } from './release-timer.ts'

test('when the period of a budget ends it is said once, and again only when somebody is held back again', async () => {
  let told = 0
  let heard = Promise.withResolvers<void>()
  const timer = new ReleaseTimer(() => {
    told += 1
    heard.resolve()
  })
  const begin = Date.now()
  const soon = () => new Date(Date.now() + 60).toISOString()
  timer.at(soon(), Date.now())
  timer.at(null, Date.now())
  await heard.promise
  expect(Date.now()).toBeGreaterThanOrEqual(begin + 50)
  heard = Promise.withResolvers()
  timer.at(soon(), Date.now())
  await heard.promise
  expect(told).toBe(2)
  timer.at(soon(), Date.now())
  timer.close()
  timer.at(soon(), Date.now())
})
