import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

let web: WebRun
beforeAll(async () => {
  web = await openWeb()
})
afterAll(() => web.close())

const health = (token: string) =>
  fetch(`${web.server.url}/api/health`, { headers: { authorization: `Bearer ${token}` } }).then(async (response) => {
    await response.text()
    return response.status
  })

test('who guesses tokens gets few answers, and whoever has the right one is let in meanwhile', async () => {
  const answers: number[] = []
  const guesses = Array.from({ length: 400 }, (_, index) => health(`guess-${index}`).then((status) => answers.push(status)))
  for (let index = 0; index < 20; index += 1) expect(await health(web.server.token)).toBe(200)
  const soon = answers.filter((status) => status === 401).length
  expect(soon).toBeGreaterThan(0)
  expect(soon).toBeLessThan(100)
  expect(await health(web.server.token)).toBe(200)
  // What waits is answered when the server goes, so that nothing keeps it.
  await web.server.close()
  await Promise.allSettled(guesses)
  expect(new Set(answers)).toEqual(new Set([401, 429]))
})
