import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import { budgetSchema, type Budget, type BudgetStatus } from '../../../shared/domain/metrics.ts'
import type { JsonStore } from '../storage/json-store.ts'

export const budgetFileSchema = z.object({ version: z.literal(1).default(1), budgets: z.array(budgetSchema).default([]) })
export type BudgetFile = z.infer<typeof budgetFileSchema>

/** What turns of Bullpen have cost since a time, by instance, by conversation or in all. */
export type Spent = { key: string | null; costUsd: number; unknown: number }
export type SpentQuestion = { since: number; by: 'instance' | 'conversation' | null; only: string | null }

export type BudgetsOptions = {
  file: JsonStore<BudgetFile>
  spent: (question: SpentQuestion) => Promise<Spent[]>
  /** What an instance or conversation is called. */
  nameOf: (scope: Budget['scope'], id: string) => string
  onNotice: (notice: Notice) => void
  now?: () => number
}

/** From this share on a budget is nearly used up. */
const nearShare = 0.8

/** Keeps count of budgets: says when one is nearly or wholly used up, and refuses new turns where that is wanted. */
export class Budgets {
  readonly #options: BudgetsOptions
  /** What was said last of each budget and target, so that nothing is said twice in a period. */
  readonly #said = new Map<string, BudgetStatus['state']>()
  #checking: Promise<void> | null = null
  #again = false

  constructor(options: BudgetsOptions) {
    this.#options = options
  }

  get all(): readonly Budget[] {
    return this.#options.file.current().budgets
  }

  /** Replaces all budgets. Throws BAD_REQUEST for two with the same id. */
  async replace(budgets: Budget[]): Promise<BudgetStatus[]> {
    if (new Set(budgets.map(({ id }) => id)).size < budgets.length)
      throw new AppError('BAD_REQUEST', 'Two budgets have the same id. Give each its own.', { data: { field: 'budgets' } })
    await this.#options.file.replace({ version: 1, budgets })
    const states = await this.status()
    this.#tell(states)
    return states
  }

  /** Every budget with what is spent of it; one for each instance or conversation gives a line for each that spent something. */
  async status(): Promise<BudgetStatus[]> {
    const lines = await Promise.all(this.all.map((budget) => this.#lines(budget, null)))
    return lines.flat()
  }

  /** The budgets that a conversation counts to. */
  async of(conversationId: string, instanceId: string | null): Promise<BudgetStatus[]> {
    const asked = this.all.flatMap((budget) => {
      const target = targetIn(budget, conversationId, instanceId)
      return target === undefined ? [] : [this.#lines(budget, target)]
    })
    return (await Promise.all(asked)).flat()
  }

  /** Throws LIMIT_REACHED when a budget that stops is used up. To be asked before each turn; free when no budget stops. */
  async admit(conversationId: string, instanceId: string | null): Promise<void> {
    if (!this.all.some(({ action }) => action === 'stop')) return
    const over = (await this.of(conversationId, instanceId)).find(({ budget, state }) => budget.action === 'stop' && state === 'over')
    if (over) throw new AppError('LIMIT_REACHED', `${this.#words(over)} ${wayOut(over)}`, { data: { budgetId: over.budget.id } })
  }

  /** A turn has ended: says what has to be said. */
  turnEnded(): void {
    if (this.all.length === 0) return
    this.#again = this.#checking !== null
    this.#checking ??= this.#check()
  }

  async #check(): Promise<void> {
    do {
      this.#again = false
      // A figure that cannot be had now is had after the next turn.
      this.#tell(await this.status().catch(() => []))
    } while (this.#again)
    this.#checking = null
  }

  #tell(states: readonly BudgetStatus[]): void {
    for (const line of states) {
      const key = `${line.budget.id}:${line.budget.limitUsd}:${line.targetId ?? ''}:${line.until ?? ''}`
      const before = this.#said.get(key) ?? 'ok'
      this.#said.set(key, line.state)
      if (line.state === before || line.state === 'ok' || (before === 'over' && line.state === 'near')) continue
      this.#options.onNotice(this.#notice(line))
    }
  }

  #notice(line: BudgetStatus): Notice {
    const { budget, targetId, state } = line
    const stops = state === 'over' && budget.action === 'stop'
    return {
      level: stops ? 'error' : 'warning',
      code: state === 'over' ? 'BUDGET_OVER' : 'BUDGET_NEAR',
      message: stops ? `${this.#words(line)} ${wayOut(line)}` : this.#words(line),
      instanceId: budget.scope === 'instance' ? targetId : null,
      conversationId: budget.scope === 'conversation' ? targetId : null,
      at: new Date(this.#now()).toISOString(),
    }
  }

  #words({ budget, targetId, spentUsd, unknownTurns, state }: BudgetStatus): string {
    const whose = targetId === null ? '' : ` for “${this.#options.nameOf(budget.scope, targetId)}”`
    const period = { day: ' a day', month: ' a month', always: '' }[budget.period]
    const used = state === 'over' ? 'is used up' : 'is nearly used up'
    const more = unknownTurns === 0 ? '' : `, and ${unknownTurns} turns whose price is not known`
    return `The budget of ${dollars(budget.limitUsd)}${period}${whose} ${used}: ${dollars(spentUsd)}${more}.`
  }

  async #lines(budget: Budget, target: string | null): Promise<BudgetStatus[]> {
    const { since, until } = periodOf(budget.period, this.#now())
    const only = target ?? budget.targetId
    const by = budget.scope === 'all' ? null : budget.scope
    const found = await this.#options.spent({ since, by, only: by === null ? null : only })
    const parts = found.length === 0 && (by === null || only !== null) ? [{ key: only, costUsd: 0, unknown: 0 }] : found
    return parts.map(({ key, costUsd, unknown }) => ({
      budget,
      targetId: by === null ? null : key,
      spentUsd: costUsd,
      unknownTurns: unknown,
      state: costUsd >= budget.limitUsd ? 'over' : costUsd >= budget.limitUsd * nearShare ? 'near' : 'ok',
      until: until === null ? null : new Date(until).toISOString(),
    }))
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

/** The target of a budget that such a turn counts to: null for all, undefined when it does not count. */
function targetIn(budget: Budget, conversationId: string, instanceId: string | null): string | null | undefined {
  if (budget.scope === 'all') return null
  const id = budget.scope === 'instance' ? instanceId : conversationId
  if (id === null || (budget.targetId !== null && budget.targetId !== id)) return undefined
  return id
}

/** When a period began and when the next one does, at midnight of this machine. */
function periodOf(period: Budget['period'], now: number): { since: number; until: number | null } {
  if (period === 'always') return { since: 0, until: null }
  const date = new Date(now)
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()]
  return period === 'day'
    ? { since: new Date(year, month, day).getTime(), until: new Date(year, month, day + 1).getTime() }
    : { since: new Date(year, month, 1).getTime(), until: new Date(year, month + 1, 1).getTime() }
}

function wayOut({ until }: BudgetStatus): string {
  const wait = until === null ? '' : `, or wait until ${until.slice(0, 16).replace('T', ' ')} UTC`
  return `No new turn begins. Raise the budget under Metrics${wait}.`
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`
}
