import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { budgetStatusSchema, totalsSchema, turnRecordSchema } from '../../shared/domain/metrics.ts'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const summarySchema = z.object({
  totals: totalsSchema,
  groups: z.array(z.object({ key: z.string().nullable(), totals: totalsSchema })),
  state: z.object({ building: z.boolean() }),
})
const pageSchema = z.object({ items: z.array(turnRecordSchema), nextCursor: z.string().nullable() })
const taskSchema = z.object({ state: z.string(), waitingFor: z.string().nullable(), turn: z.unknown() })
const budgetsSchema = z.object({ items: z.array(budgetStatusSchema) })

test.describe('figures', () => {
  test('every turn is counted once, with where its time went and what it cost', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    const turn = await app.api.ask(conversation.id, 'Again [rate 0]')
    const { totals, groups } = await app.api.call(summarySchema, 'GET', '/metrics/summary?groupBy=instance')
    expect(totals).toMatchObject({ turns: 2, done: 2, costUnknown: 0 })
    expect(totals.phases.firstToken).toMatchObject({ count: 2 })
    expect(groups.map(({ key }) => key)).toEqual([instance.id])
    const { items } = await app.api.call(pageSchema, 'GET', `/metrics/turns?conversationId=${conversation.id}&limit=1`)
    expect(items).toMatchObject([
      { id: turn.id, conversationId: conversation.id, folder: app.folders.work, outcome: 'done', usage: turn.usage },
    ])
    const { body, headers } = await app.api.raw('GET', '/metrics/csv')
    expect(headers.get('content-type')).toMatch(/^text\/csv/)
    const csv = String(body)
    expect(csv.trim().split('\r\n')).toHaveLength(3)
    expect(csv).toContain(turn.id)
  })

  test('figures that were deleted are the same again after the next start', async () => {
    let app = await App.start()
    try {
      const { conversation } = await readyInstance(app)
      await app.api.ask(conversation.id, 'Hello [rate 0]')
      await app.api.ask(conversation.id, '[400]')
      const now = new Date()
      const range = `from=${new Date(now.getTime() - 3_600_000).toISOString()}&to=${new Date(now.getTime() + 3_600_000).toISOString()}`
      const ask = async () => {
        const settled = async () => !(await app.api.call(summarySchema, 'GET', '/metrics/summary')).state.building
        await until(
          'the figures to be read',
          async () => (await settled()) && (await app.api.call(pageSchema, 'GET', `/metrics/turns?${range}`)).items.length === 2,
        )
        const { totals, groups } = await app.api.call(summarySchema, 'GET', `/metrics/summary?${range}&groupBy=outcome`)
        return { totals, groups, turns: await app.api.call(pageSchema, 'GET', `/metrics/turns?${range}`) }
      }
      const before = await ask()
      expect(before.totals).toMatchObject({ turns: 2, failed: 1 })
      await app.quit()
      await rm(path.join(app.folders.data, 'metrics'), { recursive: true })
      app = await App.start({ folders: app.folders })
      expect(await ask()).toEqual(before)
    } finally {
      await app.dispose()
    }
  })

  test('a budget that stops refuses the next turn and says what to do; raised, it lets it through', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    const budget = { id: 'one', scope: 'conversation', targetId: conversation.id, period: 'always', limitUsd: 0.000_1, action: 'stop' }
    const { items } = await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [budget] })
    expect(items).toMatchObject([{ state: 'over', unknownTurns: 0 }])
    const refusal = await app.api.refusal('POST', `/conversations/${conversation.id}/messages`, { text: 'More [rate 0]' })
    expect(refusal).toMatchObject({ status: 429, info: { code: 'LIMIT_REACHED' } })
    expect(refusal.info.message).toMatch(/New turns are blocked\. Raise the budget in Metrics\./)
    await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [{ ...budget, limitUsd: 100 }] })
    expect(await app.api.ask(conversation.id, 'More [rate 0]')).toMatchObject({ outcome: 'done' })
  })

  test('a message that waits does not begin while its budget is used up, says why, and goes on by itself when it is raised', async ({
    app,
  }) => {
    const { instance, conversation } = await readyInstance(app)
    const other = await app.api.createConversation({ instanceId: instance.id })
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    await app.api.act(instance.id, 'pause', { mode: 'hold' })
    const { taskId } = await app.api.send(conversation.id, 'Waits [rate 0]')
    const waitsElsewhere = await app.api.send(other.id, 'Is not of that budget [rate 0]')
    const budget = { id: 'one', scope: 'conversation', targetId: conversation.id, period: 'always', limitUsd: 0.000_1, action: 'stop' }
    await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [budget] })
    await app.api.act(instance.id, 'resume')
    const task = (id: string) => app.api.call(taskSchema, 'GET', `/tasks/${id}`)
    await until('the other conversation to be answered', async () => {
      const { items } = await app.api.call(pageSchema, 'GET', `/metrics/turns?conversationId=${other.id}`)
      return items.some(({ id, outcome }) => id === waitsElsewhere.turnId && outcome === 'done')
    })
    await until('the reason to be told', async () =>
      /^The budget for this conversation .* is used up\. Raise it in Metrics\.$/.test((await task(taskId)).waitingFor ?? ''),
    )
    expect(await task(taskId)).toMatchObject({ state: 'waiting', turn: null })
    await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [{ ...budget, limitUsd: 100 }] })
    await until('the message to be answered', async () => {
      const { items } = await app.api.call(pageSchema, 'GET', `/metrics/turns?conversationId=${conversation.id}`)
      return items.length === 2 && items.every(({ outcome }) => outcome === 'done')
    })
  })

  test('work of the queue waits for a budget too, and a question to the pool is refused', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    const budget = { id: 'all', scope: 'all', targetId: null, period: 'day', limitUsd: 0.000_1, action: 'stop' }
    await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [budget] })
    const { info } = await app.api.refusal('POST', '/ask', { text: 'Anybody? [rate 0]' })
    expect(info).toMatchObject({ code: 'LIMIT_REACHED', data: { budgetId: 'all', scope: 'all' } })
    const { id } = await app.api.call(z.object({ id: z.string() }), 'POST', '/tasks', { text: 'Work [rate 0]' })
    const task = () => app.api.call(taskSchema, 'GET', `/tasks/${id}`)
    await until('the reason to be told', async () => /a day is used up.* Raise the budget in Metrics/.test((await task()).waitingFor ?? ''))
    expect(await task()).toMatchObject({ state: 'waiting' })
    await app.api.call(budgetsSchema, 'PUT', '/metrics/budgets', { budgets: [] })
    await until('the work to be done', async () => (await task()).state === 'done')
  })

  test('Prometheus reads figures with a secret of its own, until it is switched off', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello [rate 0]')
    const read = (token: string | null) =>
      fetch(`${app.url}/metrics`, token === null ? {} : { headers: { authorization: `Bearer ${token}` } })
    const secret = (await readFile(path.join(app.folders.data, 'metrics-token'), 'utf8')).trim()
    expect((await read(null)).status).toBe(401)
    expect((await read(app.token)).status).toBe(200)
    const answer = await read(secret)
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(await answer.text()).toMatch(/^bullpen_turns_total\{outcome="done",.*\} 1$/m)
    const elsewhere = await fetch(`${app.url}/api/health`, { headers: { authorization: `Bearer ${secret}` } })
    expect(elsewhere.status).toBe(401)
    await app.api.call(z.unknown(), 'PATCH', '/settings', { prometheus: false })
    expect((await read(secret)).status).toBe(404)
  })
})
