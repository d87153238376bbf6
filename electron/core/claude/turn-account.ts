import type { ModelShare, Usage } from '../../../shared/domain/turn.ts'

/** Token counts as the Messages API gives them, each of which may be missing. */
export type ApiUsage = {
  input_tokens?: number | null | undefined
  output_tokens?: number | null | undefined
  cache_read_input_tokens?: number | null | undefined
  cache_creation_input_tokens?: number | null | undefined
}

/** Running totals of a process by model, as a result carries them. `costBasis` "unknown": the price is a guess of Claude Code's. */
export type ModelTotals = Record<
  string,
  {
    inputTokens: number
    outputTokens: number
    cacheReadInputTokens: number
    cacheCreationInputTokens: number
    costUSD: number
    webSearchRequests?: number | undefined
    costBasis?: string | undefined
  }
>

/** A turn's tokens, searches and price, in all and by model; `calls`: the first and the last request of the main thread. */
export type Settled = {
  usage: Usage
  searches: number
  costUsd: number | null
  byModel: ModelShare[]
  calls: { first: Usage; last: Usage } | null
}

/** Tokens of one model. */
export type ModelUsage = { model: string | null; usage: Usage }

const none: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/**
 * Tokens and money of one turn after another, as differences of the process's running totals: these know of requests that leave no
 * message, such as those that make the context smaller. Tokens of messages count once per id, the last figure of each wins.
 */
export class TurnAccount {
  #messages = new Map<string, Usage>()
  #models = new Map<string, string>()
  /** Messages of the main thread, in their order. */
  #main = new Set<string>()
  #totals: ModelTotals | null

  /** `before`: what the session had cost when the process took it up; null: that is not known. */
  constructor({ before }: { before: ModelTotals | null }) {
    this.#totals = before
  }

  /** What the turn has used so far, by model; null: the messages did not say which. */
  get soFar(): ModelUsage[] {
    const models = new Map<string | null, Usage>()
    for (const [id, usage] of this.#messages) {
      const model = this.#models.get(id) ?? null
      models.set(model, add(models.get(model) ?? none, usage))
    }
    return [...models].map(([model, usage]) => ({ model, usage }))
  }

  /** Takes a message's figures; later ones of the same message complete them. `isMain`: it is not a sub-agent's. */
  count(messageId: string, usage: ApiUsage, isMain = true, model?: string): void {
    if (isMain) this.#main.add(messageId)
    if (model !== undefined) this.#models.set(messageId, model)
    const known = this.#messages.get(messageId) ?? none
    this.#messages.set(messageId, {
      input: usage.input_tokens ?? known.input,
      output: usage.output_tokens ?? known.output,
      cacheRead: usage.cache_read_input_tokens ?? known.cacheRead,
      cacheWrite: usage.cache_creation_input_tokens ?? known.cacheWrite,
    })
  }

  /** Closes the turn. Its price is null when a model's price is not known. `own`: the model of the main thread. */
  settle(totals: ModelTotals, own: string | null = null): Settled {
    const said = [...this.#messages.values()].reduce(add, none)
    const calls = this.#calls()
    const before = this.#totals
    this.#messages = new Map()
    this.#models = new Map()
    this.#main = new Set()
    this.#totals = totals
    // What was spent before is not known: the share of the turn goes by its tokens.
    if (before === null) return { usage: said, searches: 0, costUsd: shareOf(said, totals), byModel: [], calls }
    const parts = differences(totals, before)
    const usage = atLeast(said, parts.map((part) => part.usage).reduce(add, none))
    const searches = parts.reduce((sum, part) => sum + part.searches, 0)
    return { usage, searches, costUsd: sumOf(parts), byModel: sharesOf(parts, usage, own), calls }
  }

  /** The process began another session: its totals begin at nothing, as Claude Code's own do. */
  restart(): void {
    this.#messages = new Map()
    this.#models = new Map()
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

type Part = ModelShare & { searches: number }

/** What each model did since then. Totals that went down say nothing. */
function differences(totals: ModelTotals, before: ModelTotals): Part[] {
  return Object.entries(totals).flatMap(([model, total]) => {
    const earlier = before[model]
    const usage = less(usageOf(total), earlier ? usageOf(earlier) : none)
    const costUsd = Math.max(0, total.costUSD - (earlier?.costUSD ?? 0))
    const searches = Math.max(0, (total.webSearchRequests ?? 0) - (earlier?.webSearchRequests ?? 0))
    const worked = weightOf(usage) > 0
    // Work that cost nothing is work of a model without a price.
    const isKnown = !worked || (total.costUSD > 0 && total.costBasis !== 'unknown')
    return worked || costUsd > 0 || searches > 0 ? [{ model, usage, costUsd: isKnown ? costUsd : null, searches }] : []
  })
}

function sumOf(parts: readonly ModelShare[]): number | null {
  return parts.reduce<number | null>((sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd), 0)
}

/** The own model first, with all that no other one had; none when it was alone. */
function sharesOf(parts: readonly Part[], usage: Usage, own: string | null): ModelShare[] {
  if (parts.length < 2) return []
  const first = parts.find(({ model }) => isSameModel(model, own)) ?? parts.toSorted((a, b) => weightOf(b.usage) - weightOf(a.usage))[0]
  const others = parts.filter((part) => part !== first).map(({ searches: _searches, ...share }) => share)
  const left = others.map((share) => share.usage).reduce(less, usage)
  return first ? [{ model: own ?? first.model, usage: left, costUsd: first.costUsd }, ...others] : []
}

/** Totals name a model as it was asked for, answers as it is called: with its date, without the size of its context. */
function isSameModel(asked: string, answered: string | null): boolean {
  return answered !== null && (answered.startsWith(asked.replace(/\[1m\]$/, '')) || asked.startsWith(answered))
}

/** How much of the totals' price this turn was. Models differ in price, but hardly in the ratio of their kinds of tokens. */
function shareOf(usage: Usage, totals: ModelTotals): number | null {
  const parts = differences(totals, {})
  const weight = weightOf(parts.map((part) => part.usage).reduce(add, none))
  const cost = sumOf(parts)
  return cost === null ? null : cost * (weight === 0 ? 1 : Math.min(1, weightOf(usage) / weight))
}

function less(all: Usage, part: Usage): Usage {
  const left = (name: keyof Usage) => Math.max(0, all[name] - part[name])
  return { input: left('input'), output: left('output'), cacheRead: left('cacheRead'), cacheWrite: left('cacheWrite') }
}

function atLeast(a: Usage, b: Usage): Usage {
  const most = (name: keyof Usage) => Math.max(a[name], b[name])
  return { input: most('input'), output: most('output'), cacheRead: most('cacheRead'), cacheWrite: most('cacheWrite') }
}

function usageOf(total: ModelTotals[string]): Usage {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens } = total
  return { input: inputTokens, output: outputTokens, cacheRead: cacheReadInputTokens, cacheWrite: cacheCreationInputTokens }
}

/** Tokens in units of an input token's price; the ratios are those of Anthropic's price list. */
function weightOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output * 5 + cacheRead * 0.1 + cacheWrite * 1.25
}
