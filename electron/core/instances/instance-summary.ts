import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import { startsForWork } from '../../../shared/domain/way.ts'
import type { Held } from './process-holder.ts'

/** An instance as the housekeeping sees it; times are milliseconds in which the machine was awake. */
export type InstanceSummary = {
  id: string
  name: string
  /** It has a process that does nothing now: no turn runs or waits, nothing is in its background, and the user did not pause it. */
  isIdle: boolean
  /** It has a process, and nobody has asked for the end of that. */
  isRunning: boolean
  /** Something runs in its background. */
  hasBackground: boolean
  idleMs: number
  processAgeMs: number
  memoryMb: number | null
  /** Its process stays whatever the policy says. */
  pinned: boolean
  /** Its process is of no use while it does nothing. */
  endsWhenIdle?: boolean
}

export type SummarySources = {
  id: string
  config: InstanceConfig
  held: Held | null
  /** The end of its process was asked for. */
  isLeaving: boolean
  isFree: boolean
  hasBackground: boolean
  lastUsedAt: number
  now: number
}

/** What the housekeeping sees of an instance now. */
export function summaryOf({ id, config, held, isLeaving, isFree, hasBackground, lastUsedAt, now }: SummarySources): InstanceSummary {
  const isRunning = held !== null && !isLeaving
  return {
    id,
    name: config.name,
    isIdle: isRunning && isFree && !hasBackground,
    isRunning,
    hasBackground: held !== null && hasBackground,
    idleMs: held === null ? 0 : now - Math.max(lastUsedAt, held.since),
    processAgeMs: held === null ? 0 : now - held.since,
    memoryMb: held?.usage.memoryMb ?? null,
    pinned: config.pinned || config.way === 'kept-alive',
    endsWhenIdle: startsForWork(config.way),
  }
}
