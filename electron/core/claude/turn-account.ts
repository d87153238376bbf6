import type { Usage } from '../../../shared/domain/turn.ts'

/** Token counts as the Messages API gives them, each of which may be missing. */
export type ApiUsage = {
  input_tokens?: number | null | undefined
  output_tokens?: number | null | undefined
  cache_read_input_tokens?: number | null | undefined
  cache_creation_input_tokens?: number | null | undefined
}

/** Running totals of a process by model, as a result carries them. */
export type ModelTotals = Record<
  string,
  { inputTokens: number; outputTokens: number; cacheReadInputTokens: number; cacheCreationInputTokens: number; costUSD: number }
>

const none: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/**
 * Tokens and money of one turn after another. Tokens count once per message id, the last figure of each wins. Money is the
 * difference of the process's running totals; the first result of a resumed session carries what was spent before
 * it, so there the turn's share goes by its tokens.
 */
export class TurnAccount {
  readonly #resumed: boolean
  #messages = new Map<string, Usage>()
  /** Messages of the main thread, in their order. */
  #main = new Set<string>()
  #totals: ModelTotals | null = null

  constructor(options: { resumed: boolean }) {
    this.#resumed = options.resumed
  }

  /** Takes a message's figures; later ones of the same message complete them. `isMain`: it is not a sub-agent's. */
  count(messageId: string, usage: ApiUsage, isMain = true): void {
    if (isMain) this.#main.add(messageId)
    const known = this.#messages.get(messageId) ?? none
    this.#messages.set(messageId, {
      input: usage.input_tokens ?? known.input,
      output: usage.output_tokens ?? known.output,
      cacheRead: usage.cache_read_input_tokens ?? known.cacheRead,
      cacheWrite: usage.cache_creation_input_tokens ?? known.cacheWrite,
    })
  }

  /** Closes the turn: its tokens, and its price or null when a model's price is not known. */
  settle(totals: ModelTotals): { usage: Usage; costUsd: number | null; calls: { first: Usage; last: Usage } | null } {
    const usage = [...this.#messages.values()].reduce(add, none)
    const calls = this.#calls()
    const before = this.#totals ?? {}
    const first = this.#totals === null
    this.#messages = new Map()
    this.#main = new Set()
    this.#totals = totals
    const cost = priceOf(totals, before)
    const share = first && this.#resumed ? shareOf(usage, totals) : 1
    return { usage, costUsd: cost === null ? null : cost * share, calls }
  }

  /** The process began another session: its totals begin at nothing, as Claude Code's own do. */
  restart(): void {
    this.#messages = new Map()
    this.#main = new Set()
    this.#totals = {}
  }

  #calls(): { first: Usage; last: Usage } | null {
    const main = [...this.#main].flatMap((id) => this.#messages.get(id) ?? [])
    const [first] = main
    const last = main.at(-1)
    return first && last ? { first, last } : null
  }
}

function add(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

function priceOf(totals: ModelTotals, before: ModelTotals): number | null {
  let sum = 0
  for (const [model, total] of Object.entries(totals)) {
    const spent = total.costUSD - (before[model]?.costUSD ?? 0)
    const worked = weightOf(usageOf(total)) > weightOf(before[model] ? usageOf(before[model]) : none)
    // Work that cost nothing is work of a model without a price.
    if (worked && total.costUSD === 0) return null
    sum += Math.max(0, spent)
  }
  return sum
}

/** How much of the totals this turn was. Models differ in price, but hardly in the ratio of their kinds of tokens. */
function shareOf(usage: Usage, totals: ModelTotals): number {
  const all = Object.values(totals).map(usageOf).reduce(add, none)
  const weight = weightOf(all)
  return weight === 0 ? 1 : Math.min(1, weightOf(usage) / weight)
}

function usageOf(total: ModelTotals[string]): Usage {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens } = total
  return { input: inputTokens, output: outputTokens, cacheRead: cacheReadInputTokens, cacheWrite: cacheCreationInputTokens }
}

/** Tokens in units of an input token's price; the ratios are those of Anthropic's price list. */
function weightOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output * 5 + cacheRead * 0.1 + cacheWrite * 1.25
}
