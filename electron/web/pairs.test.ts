import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { answerSchema } from '../../shared/domain/pool.ts'
import { Api } from '../../e2e/support/api.ts'
import { until } from '../../e2e/support/until.ts'
import { openWeb, type WebRun } from '../../e2e/support/web.ts'

let web: WebRun
let api: Api

beforeAll(async () => {
  web = await openWeb()
  api = new Api(web.server.url, web.server.token)
  await api.spawn({ name: 'alpha', cwd: web.folders.work })
})
afterAll(() => web.close())

const ask = (body: Record<string, unknown>) => api.call(answerSchema, 'POST', '/ask', body)
const leasedSchema = z.object({ leaseId: z.string(), instanceId: z.string() })
const lease = (body: object) => api.call(leasedSchema, 'POST', '/pool/lease', { seconds: 60, ...body })
const ids = z.object({ items: z.array(z.object({ id: z.string() })) })
const found = z.object({ items: z.array(z.object({ conversationId: z.string() })) })

test('a pair that a conversation was made for goes on in it, and says that it does', async () => {
  const made = await api.createConversation({ title: 'For the parser', source: 'ci', target: 'parser' })
  const first = await ask({ text: '[echo: zebra one]', source: 'ci', target: 'parser' })
  expect(first).toMatchObject({ conversationId: made.id, conversation: 'continued' })
  expect((await ask({ text: '[echo: zebra two]', source: 'ci', target: 'parser' })).conversationId).toBe(made.id)
})

test('what only names the instance goes on where that was asked before, unless it is to be fresh; the answer says which', async () => {
  const first = await ask({ text: '[echo: zebra a]', instance: 'alpha' })
  const second = await ask({ text: '[echo: zebra b]', instance: 'alpha' })
  const fresh = await ask({ text: '[echo: zebra c]', instance: 'alpha', context: 'fresh' })
  expect([first, second, fresh].map(({ conversation }) => conversation)).toEqual(['new', 'continued', 'new'])
  expect(second.conversationId).toBe(first.conversationId)
  expect(fresh.conversationId).not.toBe(first.conversationId)
  expect(await ask({ text: '[echo: zebra d]', conversationId: fresh.conversationId })).toMatchObject({
    conversationId: fresh.conversationId,
    conversation: 'continued',
  })
})

test('an answer as data comes from a process of its own, which Claude Code was given the schema for', async () => {
  const schema = { type: 'object', required: ['choice'], properties: { choice: { enum: ['ship', 'hold'] } } }
  const text = 'Ship it? [vote: hold] [answer: {"choice": "maybe"}]'
  const { turn } = await ask({ text, instance: 'alpha', context: 'fresh', fresh: true, schema })
  expect(turn).toMatchObject({ outcome: 'done', structured: { choice: 'hold' }, timing: { origin: 'cold' } })
  await expect(ask({ text, schema })).rejects.toThrow('Send “fresh”: true too')
  await expect(ask({ text, fresh: true, schema: { type: 'nothing' } })).rejects.toThrow('not a JSON Schema')
})

test('conversations, library and search are asked by source and target', async () => {
  const one = await ask({ text: '[echo: giraffe]', source: 'nightly', target: 'lexer', instance: 'alpha' })
  await ask({ text: '[echo: giraffe]', source: 'hourly', target: 'lexer', instance: 'alpha' })
  for (const query of ['source=nightly', 'source=nightly&target=lexer']) {
    expect((await api.call(ids, 'GET', `/conversations?${query}`)).items.map(({ id }) => id)).toEqual([one.conversationId])
    expect((await api.call(ids, 'GET', `/library?${query}`)).items.map(({ id }) => id)).toEqual([one.conversationId])
    const hits = await until('the message to be found', async () => {
      const { items } = await api.call(found, 'GET', `/search?q=giraffe&${query}`)
      return items.length > 0 && items
    })
    expect(new Set(hits.map(({ conversationId }) => conversationId))).toEqual(new Set([one.conversationId]))
  }
  expect((await api.call(ids, 'GET', '/conversations?target=lexer')).items).toHaveLength(2)
  expect((await api.call(ids, 'GET', '/conversations?source=nobody')).items).toEqual([])
  expect((await api.call(found, 'GET', '/search?q=giraffe&source=nobody')).items).toEqual([])
})

test('leased over REST: asks under the lease go on among themselves, and what is made for it is as was said', async () => {
  const { leaseId, instanceId } = await lease({ instance: 'alpha', waitSeconds: 5, by: 'ci' })
  const first = await ask({ text: '[echo: one]', lease: leaseId })
  const second = await ask({ text: '[echo: two]', lease: leaseId })
  expect([first, second]).toMatchObject([
    { instanceId, conversation: 'new' },
    { conversationId: first.conversationId, conversation: 'continued' },
  ])
  const config = {
    cwd: web.folders.work,
    model: 'haiku',
    effort: 'low',
    systemPrompt: 'Be',
    appendSystemPrompt: 'brief',
    permissionMode: 'acceptEdits',
    allowedTools: ['Read'],
    disallowedTools: ['Bash'],
    mcpServers: { one: { command: 'true' } },
    addDirs: [web.folders.home],
    env: { SAID: 'yes' },
    way: 'event-driven',
  }
  const other = await lease({ new: config })
  expect(await api.instance(other.instanceId)).toMatchObject({ ...config, madeBy: 'pool', state: 'stopped' })
  await api.raw('DELETE', `/pool/lease/${leaseId}`)
  expect(await api.refusal('POST', '/ask', { text: 'late', lease: leaseId })).toMatchObject({
    status: 404,
    info: { data: { field: 'lease' } },
  })
})
