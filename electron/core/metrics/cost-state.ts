import type { Usage } from '../../../shared/domain/turn.ts'
import { countIn, fieldsIn, fieldsOf } from '../vault/fields.ts'
import { sumOfUsage } from '../vault/spent-messages.ts'
import { plainName } from '../vault/prices.ts'

/** What Claude Code itself says that a session has cost, by model without date and provider. */
export type CostState = ReadonlyMap<string, ModelSum>
/** Tokens of one model and what they have cost; null when the price is not known. */
export type SpentPart = { model: string; usage: Usage; costUsd: number | null; searches: number }
type ModelSum = { model: string; usage: Usage; costUsd: number; searches: number }

/** Reads the line that Claude Code writes into a transcript at the end of its process; null when it is not whole, or prices were guessed. */
export function costStateIn(text: string): CostState | null {
  const entry = fieldsIn(text)
  const models = fieldsOf(entry?.['modelUsage'])
  if (models === null || entry?.['hasUnknownModelCost'] === true) return null
  const found = new Map<string, ModelSum>()
  for (const [model, value] of Object.entries(models)) {
    const sums = fieldsOf(value)
    const costUsd = countIn(sums, 'costUSD')
    if (costUsd === null) return null
    add(found, model, {
      usage: {
        input: countIn(sums, 'inputTokens') ?? 0,
        output: countIn(sums, 'outputTokens') ?? 0,
        cacheRead: countIn(sums, 'cacheReadInputTokens') ?? 0,
        cacheWrite: countIn(sums, 'cacheCreationInputTokens') ?? 0,
      },
      costUsd,
      searches: countIn(sums, 'webSearchRequests') ?? 0,
    })
  }
  return found
}

/** Less than this is how numbers are rounded. */
const leastUsd = 1e-9

/**
 * What was spent beyond what is known of a session: requests that leave no message, as those that make its context smaller. Nothing for
 * a model of which as much or more is known, which is so where a process ended before it could write down its sum.
 */
export function restOf(state: CostState, known: readonly SpentPart[]): ModelSum[] {
  const seen = new Map<string, ModelSum>()
  for (const { model, costUsd, ...part } of known) {
    if (costUsd === null) return []
    add(seen, model, { ...part, costUsd })
  }
  return [...state].flatMap(([name, all]) => {
    const own = seen.get(name)
    const costUsd = all.costUsd - (own?.costUsd ?? 0)
    if (costUsd < leastUsd) return []
    const searches = Math.max(0, all.searches - (own?.searches ?? 0))
    return [{ model: all.model, usage: beyond(all.usage, own?.usage), costUsd, searches }]
  })
}

function add(sums: Map<string, ModelSum>, model: string, { usage, costUsd, searches }: Omit<ModelSum, 'model'>): void {
  const name = plainName(model)
  const known = sums.get(name)
  sums.set(name, {
    model,
    usage: sumOfUsage(known ? [known.usage, usage] : [usage]),
    costUsd: (known?.costUsd ?? 0) + costUsd,
    searches: (known?.searches ?? 0) + searches,
  })
}

function beyond(all: Usage, own: Usage | undefined): Usage {
  const left = (name: keyof Usage) => Math.max(0, all[name] - (own?.[name] ?? 0))
  return { input: left('input'), output: left('output'), cacheRead: left('cacheRead'), cacheWrite: left('cacheWrite') }
}
