import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readDirectives } from './directives.ts'
import { startDemoModel, type DemoModel } from './demo-model.ts'

const answerSchema = z.object({ content: z.array(z.object({ type: z.string(), text: z.string().optional() })) })
let model: DemoModel

beforeAll(async () => {
  model = await startDemoModel()
})
afterAll(() => model.close())

type Said = { role: 'user' | 'assistant'; content: unknown }

function ask(messages: Said[], options: { session?: string; stream?: boolean } = {}): Promise<Response> {
  const body = { model: 'm', stream: options.stream ?? false, messages, metadata: { user_id: options.session ?? 'one' } }
  return fetch(`${model.url}/v1/messages`, { method: 'POST', body: JSON.stringify(body) })
}

async function textOf(messages: Said[]): Promise<string> {
  const { content } = answerSchema.parse(await (await ask(messages)).json())
  return content.map(({ text }) => text ?? '').join('')
}

const user = (...texts: string[]): Said => ({ role: 'user', content: texts.map((text) => ({ type: 'text', text })) })

describe('the demo model', () => {
  test('repeats the question of a side question, not what the app says with it', async () => {
    const asked = '<side-question-rules>\nAnswer it briefly.\n</side-question-rules>\n\nWhat did we decide?'
    expect(await textOf([user(asked)])).toContain('You asked: “What did we decide?”')
  })

  test('says in the end nothing that it would take for a request, where the answer is the next prompt', async () => {
    const answers = await Promise.all([['a'], ['a', 'b'], ['a', 'b', 'c']].map((texts) => textOf(texts.map((text) => user(text)))))
    for (const answer of answers) expect(readDirectives(answer)).toEqual(readDirectives(''))
  })

  test('streams what it says whole', async () => {
    const whole = await textOf([user('[markdown]')])
    const stream = await (await ask([user('[markdown] [rate 0]')], { stream: true })).text()
    const deltas = stream.match(/"text_delta","text":"(?:[^"\\]|\\.)*"/g) ?? []
    const joined = deltas.map((one) => z.string().parse(JSON.parse(one.slice('"text_delta","text":'.length)))).join('')
    expect(joined).toBe(whole)
    expect(stream).toContain('event: message_stop')
  })

  test('fails as often as it was asked to, in each session anew', async () => {
    const statuses = async (session: string): Promise<number[]> => {
      const found: number[] = []
      for (let index = 0; index < 3; index += 1) found.push((await ask([user('Try [529 2]')], { session })).status)
      return found
    }
    expect(await statuses('first')).toEqual([529, 529, 200])
    expect(await statuses('second')).toEqual([529, 529, 200])
  })

  test('a prompt that failed is not part of the next one, though both come as one message', async () => {
    const response = await ask([user('Try [400]', '<system-reminder>Be kind.</system-reminder>', 'Now count [count]')])
    expect(response.status).toBe(200)
    expect(await textOf([user('Try [400]', 'Now [count]')])).toBe('I can see 2 messages of yours.')
  })

  test('images belong to the words after them, or to the last ones', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
    const words = { type: 'text', text: 'Look' }
    for (const content of [[image, words], [words, image], [image]]) {
      expect(await textOf([{ role: 'user', content }])).toContain('one image: image/png of 3 bytes')
    }
  })

  test('what it cannot read is refused in words', async () => {
    const response = await fetch(`${model.url}/v1/messages`, { method: 'POST', body: '{"messages": 3' })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('cannot read this request')
  })
})
