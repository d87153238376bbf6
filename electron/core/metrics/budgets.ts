import { z } from 'zod'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import { budgetSchema, type Budget, type BudgetStatus, type BudgetsLeftOut } from '../../../shared/domain/metrics.ts'
import type { JsonStore } from '../storage/json-store.ts'
import { heldWords, nearShare, noticeOf, overWords, periodOf } from './budget-words.ts'
import { ReleaseTimer } from './release-timer.ts'

export const budgetFileSchema = z.object({ version: z.literal(1).default(1), budgets: z.array(budgetSchema).default([]) })
export type BudgetFile = z.infer<typeof budgetFileSchema>

/** What turns have cost, and how much of that was spent outside of Bullpen, as Claude Code's own history tells. */
export type Spent = { key: string | null; costUsd: number; outsideUsd: number; unknown: number }
/** What was spent since a time: by instance, by conversation or in all; of some of them, or of all that spent something. */
export type SpentQuestion = { since: number; by: 'instance' | 'conversation' | null; only: readonly string[] | null }
/** The dearest first; `left` are those that did not fit. */
export type SpentAnswer = { items: Spent[]; left: number }

export type BudgetsOptions = {
  file: JsonStore<BudgetFile>
  spent: (question: SpentQuestion) => Promise<SpentAnswer>
  /** What an instance or conversation is called. */
  nameOf: (scope: Budget['scope'], id: string) => string
  onNotice: (notice: Notice) => void
  /** What held messages back may be over. */
  onRelease: () => void
  now?: () => number
}

/** Every budget with what is spent of it, the dearest first; `left` says of which budgets there are more lines. */
export type BudgetLines = { items: BudgetStatus[]; left: BudgetsLeftOut }

/** What was said longest ago is forgotten beyond so many: at worst it is said again. */
const mostSaid = 20_000

type Place = { conversationId: string | null; instanceId: string | null }

/** Keeps count of budgets: says when one is nearly or wholly used up, and holds turns back where that is wanted. */
export class Budgets {
  readonly #options: BudgetsOptions
  /** What was said last of each budget and target, so that nothing is said twice in a period. */
  readonly #said = new Map<string, BudgetStatus['state']>()
  readonly #release: ReleaseTimer
  #checking = false
  /** What is still to be checked; `all`: everything. */
  #toCheck = new Map<string, Place>()
  #all = false

  constructor(options: BudgetsOptions) {
    this.#options = options
    this.#release = new ReleaseTimer(options.onRelease)
  }

  get all(): readonly Budget[] {
    return this.#options.file.current().budgets
  }

  close(): void {
    this.#release.close()
  }

  /** Replaces all budgets; what was held back by one that has room now goes on. Throws BAD_REQUEST for two with the same id. */
  async replace(budgets: Budget[]): Promise<BudgetLines> {
    if (new Set(budgets.map(({ id }) => id)).size < budgets.length)
      throw new AppError('BAD_REQUEST', 'Two budgets have the same id. Give each its own.', { data: { field: 'budgets' } })
    await this.#options.file.replace({ version: 1, budgets })
    this.#options.onRelease()
    const lines = await this.status()
    this.#tell(lines.items)
    return lines
  }

  /** Every budget with what is spent of it; one for each instance or conversation gives a line for each that spent something. */
  async status(): Promise<BudgetLines> {
    const found = await Promise.all(this.all.map((budget) => this.#lines(budget, budget.targetId === null ? null : [budget.targetId])))
    return {
      items: found.flatMap(({ items }) => items),
      left: found.flatMap(({ budget, left }) => (left === 0 ? [] : [{ budgetId: budget.id, count: left }])),
    }
  }

  /** The budgets that turns of a conversation by an instance count to. */
  async of(conversationId: string | null, instanceId: string | null, budgets = this.all): Promise<BudgetStatus[]> {
    const asked = budgets.flatMap((budget) => {
      const id = budget.scope === 'instance' ? instanceId : conversationId
      if (budget.scope === 'all') return [this.#lines(budget, null)]
      return id !== null && isMeant(budget, id) ? [this.#lines(budget, [id])] : []
    })
    return (await Promise.all(asked)).flatMap(({ items }) => items)
  }

  /** Throws LIMIT_REACHED when a budget that stops is used up. To be asked before each turn; free when no budget stops. */
  async check(conversationId: string | null, instanceId: string | null): Promise<void> {
    if (this.#stops.length === 0) return
    const over = (await this.of(conversationId, instanceId, this.#stops)).find(isStopped)
    if (!over) return
    const { id: budgetId, scope } = over.budget
    this.#release.at(over.until, this.#now())
    throw new AppError('LIMIT_REACHED', this.#words(over), { data: { budgetId, scope } })
  }

  /**
   * The conversations of an instance in which no message that waits may begin now, each with the reason and the way out. Whoever asked
   * is told by `onRelease` when to ask again. Free when no budget stops.
   */
  async holds(instanceId: string, conversationIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (this.#stops.length === 0) return new Map()
    try {
      return await this.#held(instanceId, conversationIds)
    } catch (thrown) {
      // A budget that stops must not be passed because nobody could look at it.
      this.#release.at(null, this.#now())
      const reason = `Its budget can’t be checked right now: ${toAppError(thrown).message} Bullpen will retry.`
      return new Map(conversationIds.map((id) => [id, reason]))
    }
  }

  /** A turn has ended: says what has to be said about its budgets. */
  turnEnded(conversationId: string, instanceId: string | null): void {
    this.#toCheck.set(`${conversationId} ${instanceId ?? ''}`, { conversationId, instanceId })
    this.#checkSoon()
  }

  /** Figures of the past have changed, for example because the vault has seen turns that were done elsewhere. */
  figuresChanged(): void {
    this.#all = true
    this.#checkSoon()
  }

  get #stops(): Budget[] {
    return this.all.filter(({ action }) => action === 'stop')
  }

  async #held(instanceId: string, conversationIds: readonly string[]): Promise<Map<string, string>> {
    const held = new Map<string, string>()
    for (const budget of this.#stops) {
      const meant = budget.scope === 'conversation' ? conversationIds.filter((id) => isMeant(budget, id)) : [instanceId]
      if (budget.scope !== 'all' && !meant.some((id) => isMeant(budget, id))) continue
      const { items } = await this.#lines(budget, budget.scope === 'all' ? null : meant)
      for (const line of items.filter(isStopped)) {
        this.#release.at(line.until, this.#now())
        const ids = budget.scope === 'conversation' ? [line.targetId ?? ''] : conversationIds
        for (const id of ids) if (!held.has(id)) held.set(id, heldWords(line))
      }
    }
    return held
  }

  #checkSoon(): void {
    if (this.all.length === 0) {
      this.#toCheck.clear()
      this.#all = false
      return
    }
    if (!this.#checking) void this.#check()
  }

  async #check(): Promise<void> {
    this.#checking = true
    while (this.#all || this.#toCheck.size > 0) {
      const [all, places] = [this.#all, [...this.#toCheck.values()]]
      this.#all = false
      this.#toCheck = new Map()
      // A figure that cannot be had now is had after the next turn.
      const found = all
        ? [(await this.status().catch(() => ({ items: [] }))).items]
        : await Promise.all(places.map(({ conversationId, instanceId }) => this.of(conversationId, instanceId).catch(() => [])))
      this.#tell(found.flat())
    }
    this.#checking = false
  }

  #tell(states: readonly BudgetStatus[]): void {
    for (const line of states) {
      const key = `${line.budget.id}:${line.budget.limitUsd}:${line.targetId ?? ''}:${line.until ?? ''}`
      const before = this.#said.get(key) ?? 'ok'
      this.#note(key, line.state)
      if (line.state === before || line.state === 'ok' || (before === 'over' && line.state === 'near')) continue
      this.#options.onNotice(noticeOf(line, this.#words(line), this.#now()))
    }
  }

  #note(key: string, state: BudgetStatus['state']): void {
    this.#said.delete(key)
    this.#said.set(key, state)
    const [oldest] = this.#said.keys()
    if (oldest !== undefined && this.#said.size > mostSaid) this.#said.delete(oldest)
  }

  #words(line: BudgetStatus): string {
    const { budget, targetId } = line
    return overWords(line, targetId === null ? null : this.#options.nameOf(budget.scope, targetId))
  }

  async #lines(budget: Budget, only: readonly string[] | null): Promise<{ budget: Budget; items: BudgetStatus[]; left: number }> {
    const { since, until } = periodOf(budget, this.#now())
    const by = budget.scope === 'all' ? null : budget.scope
    const found = await this.#options.spent({ since, by, only })
    const known = new Set(found.items.map(({ key }) => key))
    const silent = (only ?? []).filter((key) => !known.has(key)).map((key) => ({ key, costUsd: 0, outsideUsd: 0, unknown: 0 }))
    const items = [...found.items, ...silent].map(({ key, costUsd, outsideUsd, unknown }) => ({
      budget,
      targetId: by === null ? null : key,
      spentUsd: costUsd,
      outsideUsd,
      unknownTurns: unknown,
      state: stateOf(costUsd, budget.limitUsd),
      until: until === null ? null : new Date(until).toISOString(),
    }))
    return { budget, items, left: found.left }
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

function stateOf(costUsd: number, limitUsd: number): BudgetStatus['state'] {
  if (costUsd >= limitUsd) return 'over'
  return costUsd >= limitUsd * nearShare ? 'near' : 'ok'
}

function isStopped({ budget, state }: BudgetStatus): boolean {
  return budget.action === 'stop' && state === 'over'
}

/** Whether a budget for instances or conversations is meant for this one. */
function isMeant({ targetId }: Budget, id: string): boolean {
  return targetId === null || targetId === id
}
