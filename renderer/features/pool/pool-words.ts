import type { Knowledge, PoolStatus } from '../../../shared/domain/pool.ts'
import type { LaunchCounts, Spare } from '../../../shared/domain/spare.ts'
import { plural } from '../../words/figures.ts'

/** What all processes hold together, against the limits. */
export function poolSummary(instances: number, status: PoolStatus | null): string {
  if (!status) return ''
  const { running, memoryMb, memoryLimitMb, cpuPercent, policy, sparesReady, hitRate, waitingForMemory } = status
  const limit = memoryLimitMb === null ? '' : ` of ${memoryLimitMb} MB`
  const parts = [
    `${running} of ${plural(instances, 'instance')} running`,
    memoryMb === null ? null : `${Math.round(memoryMb)} MB${limit}`,
    cpuPercent === null ? null : `${Math.round(cpuPercent)} % of a core`,
    policy.spares > 0 ? `${plural(sparesReady, 'spare')} ready` : null,
    hitRate === null ? null : `${Math.round(hitRate * 100)} % of starts used one`,
    waitingForMemory > 0 ? `${plural(waitingForMemory, 'start')} wait for memory` : null,
  ]
  return parts.filter((part) => part !== null).join(' · ')
}

const missReasons: Record<keyof LaunchCounts['misses'], string> = {
  'new-kind': 'not launched this way before',
  'not-ready': 'the next one was not ready yet',
  failing: 'the last ones crashed',
  refused: 'it rejected the settings',
  outdated: 'its files had changed',
  'no-memory': 'not enough memory',
}

/** Why launches found no spare; null when none missed. */
export function missWords({ misses }: LaunchCounts): string | null {
  const found = Object.entries(missReasons).flatMap(([reason, words]) => {
    const count = Object.entries(misses).find(([key]) => key === reason)?.[1] ?? 0
    return count > 0 ? [`${count} × ${words}`] : []
  })
  return found.length === 0 ? null : `Starts without a spare: ${found.join(', ')}.`
}

export function knowsWords({ conversations, pairCount }: Knowledge): string {
  const pairs = pairCount > 0 ? `, ${plural(pairCount, 'pair')}` : ''
  return conversations > 0 ? `${plural(conversations, 'conversation')}${pairs}` : ''
}

export function spareState({ state, retryAt, problem }: Spare, now: number): string {
  if (state !== 'waiting') return state === 'ready' ? 'Ready' : 'Starting'
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((Date.parse(retryAt) - now) / 1_000))
  return [problem, seconds === null ? null : `retrying in ${seconds} s`].filter((part) => part !== null).join(' · ')
}
