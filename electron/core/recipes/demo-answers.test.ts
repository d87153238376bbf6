import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startDemoModel, type DemoModel } from '../../demo/demo-model.ts'
import { judgePrompt, judgeSchema } from './consensus/prompts.ts'
import { askAgain, askFor, readAnswer, type JsonSchema } from './structured-answer.ts'

const answerSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional(), input: z.unknown().optional() })),
})
let model: DemoModel
beforeAll(async () => {
  model = await startDemoModel()
})
afterAll(() => model.close())

async function ask(texts: readonly string[], { session = 'one', tools = [] as unknown[] } = {}): Promise<string> {
  const messages = texts.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }))
  const body = JSON.stringify({ model: 'm', stream: false, messages, metadata: { user_id: session }, tools })
  const { content } = answerSchema.parse(await (await fetch(`${model.url}/v1/messages`, { method: 'POST', body })).json())
  return content.map(({ text, input }) => text ?? JSON.stringify(input)).join('')
}

const vote = {
  type: 'object',
  required: ['choice', 'reason'],
  properties: { choice: { enum: ['ship', 'hold'] }, reason: { type: 'string' } },
} satisfies JsonSchema

test('the demo model answers with JSON that fits, whatever is wanted', async () => {
  const leaf = fc.constantFrom<JsonSchema>(
    { type: 'string', minLength: 20 },
    { type: 'integer', minimum: 5, maximum: 6 },
    { enum: [3, 'x'] },
    { type: 'boolean' },
  )
  const any = fc.letrec<{ schema: JsonSchema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(4) }),
      fc.array(tie('schema'), { maxLength: 3 }).map((all) => ({
        type: 'object',
        required: all.map((_, index) => `field${index}`),
        properties: Object.fromEntries(all.map((one, index) => [`field${index}`, one])),
      })),
      fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
    ),
  })).schema
  await fc.assert(
    fc.asyncProperty(any, async (schema) => {
      expect(readAnswer(await ask([askFor('Go.', schema)]), schema)).toHaveProperty('output')
    }),
    { numRuns: 15 },
  )
})

test('votes are given out in the order of sessions, and the same session says the same again', async () => {
  const prompt = askFor('Ship it? [vote: ship, hold]', vote)
  const choices = []
  for (const session of ['a', 'b', 'a', 'c']) choices.push(readAnswer(await ask([prompt], { session }), vote))
  expect(choices.map((one) => ('output' in one ? z.object({ choice: z.string() }).parse(one.output).choice : null))).toEqual([
    'ship',
    'hold',
    'ship',
    'ship',
  ])
})

test('a wrong answer first, then a right one', async () => {
  const prompt = askFor('Ship it? [answer: {"choice": "no"}] [answer: I will not.]', vote)
  const first = await ask([prompt])
  const read = readAnswer(first, vote)
  const again = askAgain('faults' in read ? read.faults : [])
  expect(again).toContain('choice must be equal to one of the allowed values ["ship","hold"]')
  const second = await ask([prompt, first, again])
  expect(second).toBe('I will not.')
  expect(readAnswer(await ask([prompt, first, again, second, again]), vote)).toHaveProperty('output')
})

test('it ranks by what is said unless it is asked to go by the place', async () => {
  const spec = { question: 'Which? ', options: [], voters: [null, null], quorum: 2, decide: 'judge' as const, judge: null, seed: '' }
  const place = { instanceId: null, conversationId: null, turnId: null }
  const ballots = ['b', 'a'].map((choice) => ({ ...place, unit: choice, voter: choice, choice, reason: '' }))
  const rankings = []
  for (const question of ['Which?', 'Which? [flip]']) {
    const answer = await ask([askFor(judgePrompt({ ...spec, question }, ballots), judgeSchema(2))])
    rankings.push(readAnswer(answer, judgeSchema(2)))
  }
  expect(rankings).toMatchObject([{ output: { ranking: [2, 1], agreeing: [2] } }, { output: { ranking: [1, 2], agreeing: [1] } }])
})

test('where Claude Code has a tool for the answer, it is called', async () => {
  const tools = [{ name: 'StructuredOutput', input_schema: vote }]
  expect(JSON.parse(await ask(['Ship it? [vote: hold]'], { tools }))).toMatchObject({ choice: 'hold' })
})
