import type { Usage } from '../../../shared/domain/turn.ts'
import { plainSpending, type CallUsage, type Spending } from './spending.ts'

/** US dollars for a million tokens. */
type Price = {
  input: number
  output: number
  cacheRead: number
  /** Kept for five minutes, and for an hour. */
  cacheWrite: number
  cacheWriteHour: number
  /** Another price for prompts of more than so many tokens. */
  long?: { above: number; price: Price }
}

/** Writing to the cache costs a quarter more than input, for an hour twice as much. */
function price(input: number, output: number, cacheRead = input / 10): Price {
  return { input, output, cacheRead, cacheWrite: input * 1.25, cacheWriteHour: input * 2 }
}

/**
 * Prices by model as Claude Code 2.1.329 has them built in, and those of two older models. A model that is not here is unknown, never
 * guessed. Used for Claude Code's own history alone: turns of ours carry what Claude Code itself said that they cost.
 */
const prices: Readonly<Record<string, Price>> = {
  'claude-3-haiku': { input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3, cacheWriteHour: 0.5 },
  'claude-3-5-haiku': price(0.8, 4),
  'claude-haiku-4-5': price(1, 5),
  'claude-haiku-5-5': { ...price(0.1, 0.5), long: { above: 100_000, price: price(0.5, 2.5) } },
  'claude-3-5-sonnet': price(3, 15),
  'claude-3-7-sonnet': price(3, 15),
  'claude-sonnet-4': price(3, 15),
  'claude-sonnet-4-0': price(3, 15),
  'claude-sonnet-4-5': price(3, 15),
  'claude-sonnet-4-6': price(3, 15),
  'claude-sonnet-5': price(2, 10),
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-3-opus': price(15, 75),
  'claude-opus-4': price(15, 75),
  'claude-opus-4-0': price(15, 75),
  'claude-opus-4-1': price(15, 75),
  'claude-opus-4-5': price(5, 25),
  'claude-opus-4-6': price(5, 25),
  'claude-opus-4-7': price(5, 25),
  'claude-opus-4-8': price(5, 25),
  'claude-opus-5': price(5, 25),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-fable-5': price(10, 50),
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-fable-5-2': price(8, 40, 0.2),
  'claude-mythos-5': price(10, 50),
  'claude-mythos-5-1': price(10, 50, 0.25),
  'claude-mythos-5-2': price(8, 40, 0.2),
}

/**
 * Fast mode has prices of its own where Claude Code knows them; other models cost the same in it. For an hour the cache costs twice the
 * input, as elsewhere.
 */
const fastPrices: Readonly<Record<string, Price>> = {
  'claude-opus-4-6': price(30, 150),
  'claude-opus-4-7': price(30, 150),
  'claude-opus-4-8': price(10, 50),
  'claude-opus-5': price(10, 50),
  'claude-opus-5-5': price(8, 40, 0.4),
  'claude-fable-5-2': price(16, 80, 0.4),
  'claude-mythos-5-2': price(16, 80, 0.4),
}

type TokenPrice = { input: number; output: number }

/** US dollars for a web search, and how much more work in the United States alone costs. */
const searchUsd = 0.01
const usOnly = 1.1

/**
 * What one message costs, in US dollars, as Claude Code 2.1.329 itself counts it: its tokens, the factor of the region on them, and its
 * searches. Null when the model's price is not known.
 */
export function costOf(model: string | null, usage: Usage, spending: Spending = plainSpending): number | null {
  const name = model === null ? '' : plainName(model)
  const standard = prices[name]
  if (!standard) return null
  const known = spending.isFast ? (fastPrices[name] ?? standard) : standard
  const calls = known.long && spending.calls.length > 0 ? spending.calls : [{ ...usage, hour: spending.hour }]
  const tokens = calls.reduce((sum, call) => sum + costOfCall(known, call), 0)
  return tokens * (spending.isUsOnly ? usOnly : 1) + spending.searches * searchUsd
}

/** What a model costs, in US dollars for a million tokens, in fast mode too where that has a price of its own; empty where it is not known. */
export function pricesOf(model: string): { price?: TokenPrice; fastPrice?: TokenPrice } {
  const name = plainName(model)
  const [usual, fast] = [prices[name], fastPrices[name]]
  return {
    ...(usual === undefined ? {} : { price: { input: usual.input, output: usual.output } }),
    ...(fast === undefined ? {} : { fastPrice: { input: fast.input, output: fast.output } }),
  }
}

function costOfCall(known: Price, { input, output, cacheRead, cacheWrite, hour }: CallUsage): number {
  const { long } = known
  const own = long && input + cacheRead + cacheWrite > long.above ? long.price : known
  const forHour = Math.min(hour, cacheWrite)
  const written = (cacheWrite - forHour) * own.cacheWrite + forHour * own.cacheWriteHour
  return (input * own.input + output * own.output + cacheRead * own.cacheRead + written) / 1_000_000
}

/** A model's name without the provider's words before it, and without date, revision and size of context behind it. */
export function plainName(model: string): string {
  return model
    .slice(Math.max(0, model.indexOf('claude-')))
    .replace(/\[1m\]$/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@](?:\d{8}|latest)$/, '')
}
