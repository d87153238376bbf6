import type { Account, LimitWindow } from '../../shared/domain/account.ts'
import { formatMoment } from './moment.ts'

/** Whom an account is, in a line: mail, organisation, plan, where its key comes from. */
export function accountWords({
  email,
  organization,
  subscription,
  apiKeySource,
  tokenSource,
  provider,
}: Omit<Account, 'id' | 'windows' | 'heardAt' | 'instanceIds'>): string {
  const key = apiKeySource === undefined ? undefined : `API key (${apiKeySource})`
  const token = key === undefined && email === undefined && tokenSource !== undefined ? `Token (${tokenSource})` : undefined
  const elsewhere = provider === undefined || provider === 'firstParty' ? undefined : provider
  const parts = [email, organization, subscription, key, token, elsewhere].filter((part) => part !== undefined)
  return parts.length === 0 ? 'Not known yet' : parts.join(' · ')
}

/** `86% used · resets at 5:00 PM`. */
export function windowWords({ usedPercent, resetsAt, state }: LimitWindow, now: Date): string {
  const used = state === 'reached' ? 'Reached' : usedPercent === null ? 'Use not known' : `${Math.round(usedPercent)}% used`
  return resetsAt === null ? used : `${used} · resets ${formatMoment(new Date(resetsAt), now)}`
}

/** The limit that is nearest to its end; null where nothing is known of any. */
export function nearest(windows: readonly LimitWindow[]): LimitWindow | null {
  const known = windows.filter(({ usedPercent, state }) => usedPercent !== null || state !== 'ok')
  return known.toSorted((a, b) => weight(b) - weight(a))[0] ?? null
}

/** True from four fifths on. */
export function isNear({ usedPercent, state }: LimitWindow): boolean {
  return state !== 'ok' || (usedPercent ?? 0) >= 80
}

function weight({ usedPercent, state }: LimitWindow): number {
  return state === 'reached' ? 1_000 : (usedPercent ?? 80)
}
