import type { Usage } from '../../../shared/domain/turn.ts'

/** US dollars for a million tokens. Writing to the cache for an hour costs twice the input. */
type Price = { input: number; output: number; cacheRead: number; cacheWrite: number }

function price(input: number, output: number): Price {
  return { input, output, cacheRead: input / 10, cacheWrite: input * 1.25 }
}

/**
 * Anthropic's list prices by the beginning of a model's name, the longest that fits. Only models whose price is known for certain: a new
 * one is unknown until it is added here, never guessed. Used for Claude Code's own history alone; turns of ours carry what Claude Code
 * said that they cost.
 */
const prices: readonly (readonly [name: string, price: Price])[] = [
  ['claude-opus-4-5', price(5, 25)],
  ['claude-opus-4', price(15, 75)],
  ['claude-3-opus', price(15, 75)],
  ['claude-sonnet-4', price(3, 15)],
  ['claude-3-7-sonnet', price(3, 15)],
  ['claude-3-5-sonnet', price(3, 15)],
  ['claude-3-sonnet', price(3, 15)],
  ['claude-haiku-4-5', price(1, 5)],
  ['claude-3-5-haiku', price(0.8, 4)],
  ['claude-3-haiku', { input: 0.25, output: 1.25, cacheRead: 0.03, cacheWrite: 0.3 }],
]

/** What these tokens cost, in US dollars; null when the model's price is not known. */
export function costOf(model: string | null, usage: Usage): number | null {
  const found = model === null ? undefined : priceOf(model)
  if (!found) return null
  const { input, output, cacheRead, cacheWrite } = usage
  return (input * found.input + output * found.output + cacheRead * found.cacheRead + cacheWrite * found.cacheWrite) / 1_000_000
}

function priceOf(model: string): Price | undefined {
  // Providers put names before the model's own: anthropic.claude-…, us.anthropic.claude-…
  const own = model.slice(Math.max(0, model.indexOf('claude-')))
  const fitting = prices.filter(([name]) => own === name || own.startsWith(`${name}-`) || own.startsWith(`${name}@`))
  return fitting.toSorted(([a], [b]) => b.length - a.length).find(([name]) => isVersionOf(own, name))?.[1]
}

/** `claude-opus-4-20250514` and `claude-opus-4-1-20250805` are versions of `claude-opus-4`; a higher minor version is not known. */
function isVersionOf(own: string, name: string): boolean {
  const rest = own.slice(name.length).replace(/^[-@]/, '')
  const [minor = ''] = rest.split(/[-@:]/)
  if (!/^\d$/.test(minor)) return true
  return known.has(`${name}-${minor}`)
}

/** Minor versions that cost as much as their major one. */
const known: ReadonlySet<string> = new Set(['claude-opus-4-0', 'claude-opus-4-1', 'claude-sonnet-4-0', 'claude-sonnet-4-5'])
