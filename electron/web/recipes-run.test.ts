import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { runSchema } from '../../shared/domain/run.ts'
import { Api } from '../../e2e/support/api.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

let web: WebRun
let api: Api

beforeAll(async () => {
  web = await openWeb()
  api = new Api(web.server.url, web.server.token)
})
afterAll(() => web.close())

const waitedSchema = z.object({ run: runSchema })

/** With what each is run; those that ask for more say so in the words that the demo model knows. */
const recipes: [string, Record<string, unknown>, string[]][] = [
  ['pipeline', { first: '[echo: one]', second: '[echo: two]', third: '[echo: three]' }, ['result']],
  ['fan-out', { items: ['a', 'b', 'c'], prompt: '[echo: done]' }, ['summary', 'answers']],
  ['map-over-files', { prompt: '[echo: seen]' }, ['files', 'answers']],
  ['consensus', { question: 'Ship it?' }, ['decision', 'reason']],
  ['review-board', { sides: ['[echo: correct]', '[echo: safe]'] }, ['decision', 'report']],
  ['research-then-write', { subject: '[echo: coffee]' }, ['text']],
  ['nightly-check', {}, ['passed', 'failures']],
]

test.each(recipes)('%s, which comes with the app, is run to its end from nothing', async (recipe, inputs, outputs) => {
  const body = { recipe, inputs: { folder: web.folders.work, ...inputs }, wait: true }
  const { run } = await api.call(waitedSchema, 'POST', '/runs', body)
  expect(run.steps.filter(({ error }) => error).map(({ id, error }) => [id, error])).toEqual([])
  expect([run.state, run.error]).toEqual(['done', undefined])
  expect(Object.keys(run.outputs)).toEqual(outputs)
  for (const value of Object.values(run.outputs)) expect(value).not.toBeNull()
  expect(run.turns).toBeGreaterThan(0)
})
