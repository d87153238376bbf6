import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Limits } from '../../../shared/domain/recipe.ts'
import type { Live } from './unit-host.ts'

/** What has been taken so far, `live` by what runs now. */
export type Used = { spent: Live; live: Live; minutes: number }

/** A limit that is reached: nothing begins. `interrupts`: what runs has passed it. */
export type ReachedLimit = { error: ErrorInfo; interrupts: boolean }

/** The limit of a run or of a step that keeps it from beginning another turn; null where none does. */
export function reachedLimit(limits: Limits, used: Used, scope: 'run' | 'step'): ReachedLimit | null {
  const { costUsd, minutes, turns } = limits
  const of = (what: string, interrupts: boolean) => ({ error: limitError(what, scope), interrupts })
  const cost = used.spent.costUsd + used.live.costUsd
  if (costUsd !== undefined && cost >= costUsd) return of(`$${costUsd}`, cost > costUsd)
  if (minutes !== undefined && used.minutes >= minutes) return of(`${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`, true)
  if (turns !== undefined && used.spent.turns + used.live.turns >= turns) return of(`${turns} ${turns === 1 ? 'turn' : 'turns'}`, false)
  return null
}

function limitError(what: string, scope: 'run' | 'step'): ErrorInfo {
  const message = `The ${scope}’s limit of ${what} is reached. Start a run with a higher limit, or skip this step.`
  return { code: 'LIMIT_REACHED', message, data: { scope } }
}
