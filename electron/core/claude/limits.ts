import type { SDKRateLimitInfo } from '@anthropic-ai/claude-agent-sdk'
import type { LimitWindow } from '../../../shared/domain/account.ts'
import type { ClaudeEvent } from './claude-event.ts'
import { line } from './said-lines.ts'

/** A usage limit that was met: when it is over (ISO 8601), and which one, in Claude Code's own name. */
export type MetLimit = { retryAt: string | null; type: string | null }

type LimitType = NonNullable<SDKRateLimitInfo['rateLimitType']>

const names: Readonly<Record<LimitType, string>> = {
  five_hour: '5-hour limit',
  seven_day: 'weekly limit',
  seven_day_opus: 'weekly Opus limit',
  seven_day_sonnet: 'weekly Sonnet limit',
  seven_day_overage_included: 'weekly limit',
  overage: 'extra usage limit',
}
const nameOf: ReadonlyMap<string, string> = new Map(Object.entries(names))

/** The part of a `rate_limit_event` that we read; `resetsAt` is in seconds since 1970. */
export type LimitInfo = {
  status: string
  resetsAt?: number | undefined
  rateLimitType?: string | undefined
  isUsingOverage?: boolean | undefined
  /** From 0 to 1. */
  utilization?: number | undefined
  unifiedWindows?:
    | Record<string, { utilization?: number | undefined; resetsAt?: number | undefined; status?: string | undefined }>
    | undefined
}

/** A usage limit as people call it. */
export function limitName(type: string | null): string {
  return (type === null ? undefined : nameOf.get(type)) ?? 'usage limit'
}

/** The limit that stops the account now; null while it may go on, be it on extra usage. */
export function metLimit({ status, resetsAt, rateLimitType, isUsingOverage }: LimitInfo): MetLimit | null {
  if (status !== 'rejected' || isUsingOverage === true) return null
  return { retryAt: isoOf(resetsAt), type: rateLimitType ?? null }
}

/** The line for the thread: a limit that is near, or that extra usage is in use. One that is met is said by the turn's end. */
export function limitLines(info: LimitInfo): ClaudeEvent[] {
  const { status, resetsAt, rateLimitType: type } = info
  if (status === 'allowed' || metLimit(info) !== null) return []
  const name = limitName(type ?? null)
  const text = status === 'rejected' ? `You have reached your ${name}; extra usage is in use.` : `You are close to your ${name}.`
  const retryAt = isoOf(resetsAt)
  const data = { ...(type ? { limit: type } : {}), ...(retryAt === null ? {} : { retryAt }) }
  return [{ type: 'said', ...line('limit', 'warning', text, data) }]
}

/** How much of each limit is used, as far as it says. */
export function limitWindows({ status, resetsAt, rateLimitType, utilization, unifiedWindows = {} }: LimitInfo): LimitWindow[] {
  const named = rateLimitType === undefined || rateLimitType in unifiedWindows ? {} : { [rateLimitType]: { utilization, resetsAt, status } }
  return Object.entries({ ...unifiedWindows, ...named }).map(([id, window]) => ({
    id,
    name: limitName(id),
    usedPercent: window.utilization === undefined ? null : Math.round(window.utilization * 1_000) / 10,
    resetsAt: isoOf(window.resetsAt),
    state: window.status === 'rejected' ? 'reached' : window.status === 'allowed_warning' ? 'near' : 'ok',
  }))
}

function isoOf(seconds: number | undefined): string | null {
  return seconds === undefined || !Number.isFinite(seconds) || Math.abs(seconds) > 8e12 ? null : new Date(seconds * 1_000).toISOString()
}
