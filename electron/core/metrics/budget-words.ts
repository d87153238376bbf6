import type { Notice } from '../../../shared/domain/event.ts'
import type { Budget, BudgetStatus } from '../../../shared/domain/metrics.ts'
import { calendarOf } from './calendar.ts'

/** From this share on a budget is nearly used up. */
export const nearShare = 0.8

/** When a period began and when the next one does, at midnight of the budget's zone; without one, of this machine's. */
export function periodOf({ period, zone }: Pick<Budget, 'period' | 'zone'>, now: number): { since: number; until: number | null } {
  if (period === 'always') return { since: 0, until: null }
  const calendar = calendarOf(zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const { year, month, date } = calendar.dateOf(now)
  const startOf = (...local: [year: number, month: number, date: number]) => calendar.momentOf(Date.UTC(...local))
  return period === 'day'
    ? { since: startOf(year, month, date), until: startOf(year, month, date + 1) }
    : { since: startOf(year, month, 1), until: startOf(year, month + 1, 1) }
}

/** What is to be said of a budget that is nearly or wholly used up, with the way out of one that stops. `name`: whose it is. */
export function overWords(line: BudgetStatus, name: string | null): string {
  const { budget, spentUsd, outsideUsd, unknownTurns, state } = line
  const whose = name === null ? '' : ` for “${name}”`
  const period = { day: ' a day', month: ' a month', always: '' }[budget.period]
  const used = state === 'over' ? 'is used up' : 'is nearly used up'
  const outside = outsideUsd > 0 ? ` (${dollars(outsideUsd)} of it outside of Bullpen)` : ''
  const unknown = unknownTurns === 0 ? '' : `, and ${unknownTurns} turns whose price is not known`
  const what = `The budget of ${dollars(budget.limitUsd)}${period}${whose} ${used}: ${dollars(spentUsd)}${outside}${unknown}.`
  return budget.action === 'stop' && state === 'over' ? `${what} ${wayOut(line)}` : what
}

/** Why a message waits, and what to do, in few words: there is little room beside it. */
export function heldWords({ budget, until }: BudgetStatus): string {
  const period = { day: 'daily ', month: 'monthly ', always: '' }[budget.period]
  const whose = { all: 'all instances', instance: 'this instance', conversation: 'this conversation' }[budget.scope]
  return `The ${period}budget for ${whose} (${dollars(budget.limitUsd)}) is used up. Raise it in Metrics${orWait(until)}.`
}

export function noticeOf({ budget, targetId, state }: BudgetStatus, words: string, now: number): Notice {
  const stops = state === 'over' && budget.action === 'stop'
  return {
    level: stops ? 'error' : 'warning',
    code: state === 'over' ? 'BUDGET_OVER' : 'BUDGET_NEAR',
    message: words,
    instanceId: budget.scope === 'instance' ? targetId : null,
    conversationId: budget.scope === 'conversation' ? targetId : null,
    at: new Date(now).toISOString(),
  }
}

function wayOut({ until }: BudgetStatus): string {
  return `New turns are blocked. Raise the budget in Metrics${orWait(until)}.`
}

function orWait(until: string | null): string {
  return until === null ? '' : `, or wait until ${until.slice(0, 16).replace('T', ' ')} UTC`
}

/** Small sums are not rounded away: a budget of a tenth of a cent is not one of nothing. */
function dollars(usd: number): string {
  return usd > 0 && usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`
}
