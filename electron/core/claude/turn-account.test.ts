import { expect, test } from 'vitest'
import { TurnAccount, type ModelTotals } from './turn-account.ts'

const total = (costUSD: number, tokens = 100): ModelTotals[string] => ({
  inputTokens: tokens,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
  costUSD,
})
const fresh = () => new TurnAccount({ before: {} })

test('each turn costs what the running totals grew by, over all models', () => {
  const account = fresh()
  expect(account.settle({ opus: total(0.5) }).costUsd).toBeCloseTo(0.5)
  expect(account.settle({ opus: total(0.75, 150), haiku: total(0.05) }).costUsd).toBeCloseTo(0.3)
  expect(account.settle({ opus: total(0.75, 150), haiku: total(0.05) }).costUsd).toBe(0)
})

test('the tokens of a message count once, as they were told last', () => {
  const account = fresh()
  account.count('a', { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 })
  account.count('a', { output_tokens: 7, input_tokens: null })
  account.count('a', { output_tokens: 8, cache_creation_input_tokens: 2 })
  account.count('b', { input_tokens: 1, output_tokens: 1 })
  expect(account.settle({}).usage).toEqual({ input: 11, output: 9, cacheRead: 5, cacheWrite: 2 })
  expect(account.settle({}).usage).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 })
})

test('where it is not known what a session had cost, its first turn costs its share of all, the next one its difference', () => {
  const account = new TurnAccount({ before: null })
  account.count('a', { input_tokens: 25 })
  expect(account.settle({ opus: total(1, 100) }).costUsd).toBeCloseTo(0.25)
  account.count('b', { input_tokens: 100 })
  expect(account.settle({ opus: total(2, 200) }).costUsd).toBeCloseTo(1)
})

test('a resumed session goes on from what it had cost, and what made its context smaller counts', () => {
  const account = new TurnAccount({ before: { opus: total(1, 100) } })
  // The request that made the context smaller left no message.
  account.count('a', { input_tokens: 10, output_tokens: 1 })
  const settled = account.settle({ opus: { ...total(4, 100), inputTokens: 410, outputTokens: 21 } }, 'opus')
  expect(settled.costUsd).toBeCloseTo(3)
  expect(settled).toMatchObject({ usage: { input: 310, output: 21 }, byModel: [] })
})

test('models that worked beside the own one are told apart, and searches are counted', () => {
  const account = fresh()
  account.count('a', { input_tokens: 100 })
  const totals = { 'opus[1m]': { ...total(2, 100), webSearchRequests: 3 }, haiku: total(0.5, 40) }
  const settled = account.settle(totals, 'opus-20260101')
  expect(settled).toMatchObject({ costUsd: 2.5, searches: 3, usage: { input: 140 } })
  expect(settled.byModel).toMatchObject([
    { model: 'opus-20260101', usage: { input: 100 }, costUsd: 2 },
    { model: 'haiku', usage: { input: 40 }, costUsd: 0.5 },
  ])
  account.count('b', { input_tokens: 1 })
  const next = { ...totals, 'opus[1m]': { ...total(2.25, 101), webSearchRequests: 4 } }
  expect(account.settle(next, 'opus-20260101')).toMatchObject({ costUsd: 0.25, searches: 1, usage: { input: 1 }, byModel: [] })
})

test('a price that Claude Code guessed is not known', () => {
  expect(fresh().settle({ local: { ...total(0.4), costBasis: 'unknown' } }).costUsd).toBeNull()
  expect(fresh().settle({ opus: { ...total(0.4), costBasis: 'list' } }).costUsd).toBeCloseTo(0.4)
})

test('a share is never more than all of it', () => {
  const account = new TurnAccount({ before: null })
  account.count('a', { input_tokens: 500 })
  expect(account.settle({ opus: total(1, 100) }).costUsd).toBeCloseTo(1)
})

test.each<[string, ModelTotals, number | null]>([
  ['a model without a price makes it unknown, not free', { local: total(0) }, null],
  ['also beside one that has a price', { opus: total(0.5), local: total(0) }, null],
  ['a model that did nothing changes nothing', { opus: total(0.5), local: total(0, 0) }, 0.5],
  ['no model at all costs nothing', {}, 0],
])('%s', (_, totals, costUsd) => {
  expect(fresh().settle(totals).costUsd).toBe(costUsd)
})

test('totals that went down are not money back', () => {
  const account = fresh()
  account.settle({ opus: total(2, 200) })
  expect(account.settle({ opus: total(0.5, 50) }).costUsd).toBe(0)
})

test('the first and the last request of the main thread are told apart from those of sub-agents', () => {
  const account = new TurnAccount({ before: {} })
  account.count('a', { input_tokens: 1, cache_read_input_tokens: 100 })
  account.count('sub', { input_tokens: 9, cache_read_input_tokens: 900 }, false)
  account.count('b', { input_tokens: 2, cache_read_input_tokens: 200, output_tokens: 1 })
  account.count('b', { output_tokens: 7 })
  const { calls } = account.settle({})
  expect(calls).toEqual({
    first: { input: 1, output: 0, cacheRead: 100, cacheWrite: 0 },
    last: { input: 2, output: 7, cacheRead: 200, cacheWrite: 0 },
  })
  expect(account.settle({}).calls).toBeNull()
})
