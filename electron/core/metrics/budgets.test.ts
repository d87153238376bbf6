import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Budget } from '../../../shared/domain/metrics.ts'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { JsonStore } from '../storage/json-store.ts'
import { budgetFileSchema, Budgets, type SpentQuestion } from './budgets.ts'

let folder = ''
let spent = 0
let released = 0
let now = new Date(2026, 10, 21, 15).getTime()
const notices: Notice[] = []
const questions: SpentQuestion[] = []

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-budgets-'))
  spent = 0
  released = 0
  notices.length = 0
})
const opened: Budgets[] = []
afterEach(async () => {
  for (const budgets of opened.splice(0)) budgets.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(): Promise<Budgets> {
  const file = await JsonStore.open({
    path: path.join(folder, 'budgets.json'),
    schema: budgetFileSchema,
    fallback: budgetFileSchema.parse({}),
    holds: 'your budgets',
    watch: storeWatch(folder),
  })
  const budgets = new Budgets({
    file,
    spent: async (question) => {
      if (Number.isNaN(spent)) throw new AppError('INTERNAL', 'The figures could not be made just now.')
      questions.push(question)
      const keys = question.only ?? [null]
      return { items: keys.map((key) => ({ key, costUsd: spent, outsideUsd: 0, unknown: 0 })), left: 0 }
    },
    nameOf: () => 'Reviewer',
    onNotice: (notice) => notices.push(notice),
    onRelease: () => (released += 1),
    now: () => now,
  })
  opened.push(budgets)
  return budgets
}

const daily: Budget = { id: 'daily', scope: 'all', targetId: null, period: 'day', limitUsd: 10, action: 'warn' }
const instance: Budget = { id: 'one', scope: 'instance', targetId: 'inst_000000000001', period: 'month', limitUsd: 5, action: 'stop' }

test('a budget says once that it is nearly used up and once that it is, and begins anew the next day', async () => {
  const budgets = await open()
  await budgets.replace([daily])
  const told = async (usd: number): Promise<string[]> => {
    spent = usd
    await budgets.replace([daily])
    return notices.splice(0).map(({ code }) => code)
  }
  expect(await told(7.9)).toEqual([])
  expect(await told(8)).toEqual(['BUDGET_NEAR'])
  expect(await told(9)).toEqual([])
  expect(await told(12)).toEqual(['BUDGET_OVER'])
  expect(await told(13)).toEqual([])
  now += 86_400_000
  expect(await told(11)).toEqual(['BUDGET_OVER'])
  expect(questions.at(-1)?.since).toBe(new Date(2026, 10, 22).getTime())
})

test('a budget that stops refuses new turns of whom it is for, says what to do, and lets all others go on', async () => {
  const budgets = await open()
  await budgets.replace([daily, instance])
  spent = 5.5
  const refused = budgets.check('conv_000000000001', 'inst_000000000001')
  await expect(refused).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  await expect(refused).rejects.toThrow(
    'The budget of $5.00 a month for “Reviewer” is used up: $5.50. New turns are blocked. Raise the budget',
  )
  await expect(budgets.check('conv_000000000001', 'inst_000000000002')).resolves.toBeUndefined()
  await expect(budgets.check('conv_000000000001', null)).resolves.toBeUndefined()
  spent = 4.99
  await expect(budgets.check('conv_000000000001', 'inst_000000000001')).resolves.toBeUndefined()
})

test('what waits is held by the budgets that it counts to, with the way out, and looked at again when they change', async () => {
  const everyConversation: Budget = { id: 'each', scope: 'conversation', targetId: null, period: 'always', limitUsd: 2, action: 'stop' }
  const budgets = await open()
  const waiting = ['conv_000000000001', 'conv_000000000002']
  questions.length = 0
  expect(await budgets.holds('inst_000000000001', waiting)).toEqual(new Map())
  expect(questions.splice(0)).toEqual([])
  await budgets.replace([instance])
  spent = 5
  const held = await budgets.holds('inst_000000000001', waiting)
  expect([...held.keys()]).toEqual(waiting)
  expect(held.get('conv_000000000002')).toMatch(
    /^The monthly budget for this instance \(\$5\.00\) is used up\. Raise it in Metrics, or wait until .* UTC\.$/,
  )
  expect(await budgets.holds('inst_000000000002', waiting)).toEqual(new Map())
  released = 0
  await budgets.replace([{ ...instance, limitUsd: 6 }, everyConversation])
  expect(released).toBe(1)
  const reasons = [...(await budgets.holds('inst_000000000001', waiting)).values()]
  expect(reasons.map((reason) => reason.startsWith('The budget for this conversation ($2.00) is used up'))).toEqual([true, true])
  budgets.close()
})

test('what a budget of a day holds back may begin the next day', async () => {
  const budgets = await open()
  await budgets.replace([{ ...daily, action: 'stop' }])
  spent = 10
  const waiting = ['conv_000000000001']
  const held = await budgets.holds('inst_000000000001', waiting)
  const tomorrow = new Date(new Date(now).setHours(24, 0, 0, 0))
  expect(held.get('conv_000000000001')).toContain(`wait until ${tomorrow.toISOString().slice(0, 16).replace('T', ' ')} UTC.`)
  now = tomorrow.getTime()
  // What was spent is asked for from the new midnight on.
  spent = 0
  expect(await budgets.holds('inst_000000000001', waiting)).toEqual(new Map())
  expect(questions.at(-1)?.since).toBe(tomorrow.getTime())
  budgets.close()
})

test('a message does not pass a budget that nobody could look at', async () => {
  const budgets = await open()
  await budgets.replace([instance])
  spent = Number.NaN
  const held = await budgets.holds('inst_000000000001', ['conv_000000000001'])
  expect(held.get('conv_000000000001')).toMatch(/can’t be checked right now: .* Bullpen will retry\./)
  budgets.close()
})

test('budgets are kept over a restart, and two of one id are refused', async () => {
  await (await open()).replace([daily, instance])
  const again = await open()
  expect(again.all).toEqual([daily, instance])
  await expect(again.replace([daily, daily])).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect((await again.of('conv_000000000001', 'inst_000000000001')).map(({ budget, targetId }) => [budget.id, targetId])).toEqual([
    ['daily', null],
    ['one', 'inst_000000000001'],
  ])
})
