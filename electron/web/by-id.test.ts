import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { conversationSchema } from '../../shared/domain/conversation.ts'
import { answerSchema } from '../../shared/domain/pool.ts'
import { batchItemSchema, batchSchema, taskSchema } from '../../shared/domain/task.ts'
import { turnSchema, turnStatusSchema } from '../../shared/domain/turn.ts'
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

const sentSchema = z.object({ taskId: z.string(), turnId: z.string(), turn: turnSchema.optional() })
const taskWithTurn = taskSchema.extend({ turn: turnSchema.nullable() })
const turnOf = (id: string, query = '?waitSeconds=60') => api.call(turnStatusSchema, 'GET', `/turns/${id}${query}`)

test('a message is found by its turn and by its task, while it runs and long after', async () => {
  const conversation = await api.createConversation({ instance: 'alpha' })
  const sent = await api.send(conversation.id, '[slow: 20] [echo: found again]')
  const early = await turnOf(sent.turnId, '')
  expect(['waiting', 'running', 'ended']).toContain(early.state)
  const ended = await turnOf(sent.turnId)
  expect(ended).toMatchObject({ state: 'ended', outcome: 'done', conversationId: conversation.id, taskId: sent.taskId })
  expect(ended.text).toContain('found again')
  const task = await api.call(taskWithTurn, 'GET', `/tasks/${sent.taskId}`)
  expect(task).toMatchObject({ state: 'done', kind: 'message', turnId: sent.turnId, turn: { id: sent.turnId, outcome: 'done' } })
  expect(task.text).toContain('found again')
})

test('a task, an ask and the turns of a batch are found the same way', async () => {
  const { id, turnId } = await api.call(taskSchema, 'POST', '/tasks', { text: '[echo: from the queue]', instance: 'alpha' })
  expect(await turnOf(turnId)).toMatchObject({ state: 'ended', outcome: 'done', taskId: id })
  const answer = await api.call(answerSchema, 'POST', '/ask', { text: '[echo: asked]', instance: 'alpha' })
  expect(await turnOf(answer.turn.id)).toMatchObject({ state: 'ended', text: answer.text })

  const texts = ['[echo: one]', '[echo: two]', '[echo: three]']
  const batch = await api.call(batchSchema, 'POST', '/batches', { texts, instance: 'alpha', priority: 1 })
  const page = batchSchema.extend({ items: z.array(batchItemSchema), nextCursor: z.string().nullable() })
  const whole = await until('the batch to be done', async () => {
    const now = await api.call(page, 'GET', `/batches/${batch.id}`)
    return now.done === 3 && now
  })
  expect(whole.items.map(({ text }) => text)).toEqual([
    expect.stringContaining('one') as unknown,
    expect.stringContaining('two') as unknown,
    expect.stringContaining('three') as unknown,
  ])
  for (const item of whole.items) expect(await turnOf(item.turnId)).toMatchObject({ state: 'ended', outcome: 'done' })
  const first = await api.call(page, 'GET', `/batches/${batch.id}?limit=2`)
  const rest = await api.call(page, 'GET', `/batches/${batch.id}?limit=2&cursor=${first.nextCursor}`)
  expect([...first.items, ...rest.items]).toEqual(whole.items)
  expect(rest.nextCursor).toBeNull()
})

test('the same key is the same piece of work, on every call that takes one', async () => {
  const conversation = await api.call(conversationSchema, 'POST', '/conversations', { instance: 'alpha' })
  const message = { text: '[echo: once]', key: 'message-1' }
  const path = `/conversations/${conversation.id}/messages`
  const [first, second] = await Promise.all([api.call(sentSchema, 'POST', path, message), api.call(sentSchema, 'POST', path, message)])
  expect(second).toEqual(first)
  const waited = await api.call(sentSchema, 'POST', path, { ...message, wait: true })
  expect(waited).toMatchObject({ ...first, turn: { id: first.turnId, outcome: 'done' } })
  expect((await api.messages(conversation.id)).filter(({ role }) => role === 'user')).toHaveLength(1)
  expect(await api.refusal('POST', path, { ...message, text: 'other' })).toMatchObject({ status: 409, info: { code: 'STATE_CONFLICT' } })

  const task = { text: '[echo: once more]', key: 'task-1', instance: 'alpha' }
  const taken = await api.call(taskSchema, 'POST', '/tasks', task)
  expect((await api.call(taskSchema, 'POST', '/tasks', task)).id).toBe(taken.id)
  await turnOf(taken.turnId)
  expect(await api.call(taskSchema, 'POST', '/tasks', task)).toMatchObject({ id: taken.id, state: 'done' })

  const ask = { text: '[echo: asked once]', key: 'ask-1', instance: 'alpha' }
  const [one, two] = await Promise.all([api.call(answerSchema, 'POST', '/ask', ask), api.call(answerSchema, 'POST', '/ask', ask)])
  expect(two.turn.id).toBe(one.turn.id)
  const batch = { texts: ['[echo: a]', '[echo: b]'], key: 'batch-1', instance: 'alpha' }
  const begun = await api.call(batchSchema, 'POST', '/batches', batch)
  expect((await api.call(batchSchema, 'POST', '/batches', batch)).id).toBe(begun.id)
})

test('a withdrawn batch of thousands is all there, the first task as the last', async () => {
  await api.call(z.unknown(), 'PATCH', '/pool', { paused: true })
  const texts = Array.from({ length: 3_000 }, (_, index) => `task ${index}`)
  const batch = await api.call(batchSchema, 'POST', '/batches', { texts })
  const page = batchSchema.extend({ items: z.array(batchItemSchema), nextCursor: z.string().nullable() })
  const [first] = (await api.call(page, 'GET', `/batches/${batch.id}?limit=1`)).items
  await api.call(z.unknown(), 'DELETE', `/batches/${batch.id}`)
  await api.call(z.unknown(), 'PATCH', '/pool', { paused: false })
  const states: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const now: z.infer<typeof page> = await api.call(
      page,
      'GET',
      `/batches/${batch.id}?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    states.push(...now.items.map(({ state }) => state))
    cursor = now.nextCursor
  }
  expect(states).toEqual(texts.map(() => 'cancelled'))
  expect(await api.call(taskWithTurn, 'GET', `/tasks/${first?.taskId ?? ''}`)).toMatchObject({ state: 'cancelled', turn: null })
  expect(await api.refusal('GET', `/turns/${first?.turnId ?? ''}`)).toMatchObject({ status: 410, info: { code: 'TASK_GONE' } })
})

test('what never was is not found', async () => {
  expect(await api.refusal('GET', `/turns/turn_${'0'.repeat(24)}`)).toMatchObject({ status: 404, info: { code: 'NOT_FOUND' } })
  expect(await api.refusal('GET', `/batches/batch_${'0'.repeat(24)}`)).toMatchObject({ status: 404, info: { code: 'NOT_FOUND' } })
})
