import { budgetSchema, type Budget, type BudgetStatus } from '../../../shared/domain/metrics.ts'
import { formatCost } from '../../words/figures.ts'
import { timeWords } from './charts/chart-words.ts'
import type { NameOf } from './names.ts'
import { ownZone } from './own-zone.ts'

/** A budget while it is written. */
export type BudgetDraft = { scope: string; targetId: string; limit: string; period: string; action: string }

export const emptyDraft: BudgetDraft = { scope: 'all', targetId: '', limit: '', period: 'day', action: 'warn' }

/** A budget as it is written. */
export function draftOf({ scope, targetId, limitUsd, period, action }: Budget): BudgetDraft {
  return { scope, targetId: targetId ?? '', limit: String(limitUsd), period, action }
}

/** What was written as a budget, or what is wrong with it. `id`: of the one that is changed. */
export function budgetOf({ scope, targetId, limit, period, action }: BudgetDraft, id: string = crypto.randomUUID()): Budget | string {
  const limitUsd = Number(limit.trim().replace(/^\$/, '').replace(',', '.'))
  if (limit.trim() === '' || !Number.isFinite(limitUsd) || limitUsd <= 0) return 'Enter an amount above zero.'
  const parsed = budgetSchema.safeParse({
    id,
    scope,
    targetId: targetId === '' ? null : targetId,
    limitUsd,
    period,
    zone: ownZone(),
    action,
  })
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? 'This is not a budget.')
}

/** `$20.00 a day for everything`. */
export function budgetWords({ scope, limitUsd, period }: Budget, targetId: string | null, nameOf: NameOf): string {
  const what = scope === 'all' ? 'everything' : targetId === null ? `each ${scope}` : nameOf(scope, targetId)
  const when = { day: ' a day', month: ' a month', always: '' }[period]
  return `${formatCost(limitUsd)}${when} for ${what}`
}

/** How far it is used up, 0 to 1. */
export function shareSpent({ budget, spentUsd }: BudgetStatus): number {
  return Math.min(1, spentUsd / budget.limitUsd)
}

/** What it means now and what happens next. */
export function stateWords({ budget, state, until }: BudgetStatus): string {
  const again = until === null ? '' : ` Resets ${timeWords(Date.parse(until), 60_000)}.`
  if (state === 'over') return budget.action === 'stop' ? `Used up: new turns are blocked.${again}` : `Used up.${again}`
  const then = budget.action === 'stop' ? 'blocks new turns when used up' : 'warns at 80% and when used up'
  return state === 'near' ? `Nearly used up; ${then}.${again}` : `${then.charAt(0).toUpperCase()}${then.slice(1)}.`
}
