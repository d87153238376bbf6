import type { PoolPolicy } from '../../../shared/domain/pool.ts'
import type { Kept } from '../instances/kept.ts'

export type HousekeepingInput = {
  instances: readonly Kept[]
  policy: Pick<PoolPolicy, 'min' | 'idleTimeoutSeconds' | 'ttlSeconds'>
  /** The limit that counts; null: none. */
  memoryLimitMb: number | null
}

export type Act = { id: string; act: 'parked' | 'renewed'; reason: string }

/**
 * What is to be done now: idle ones past their time are parked, over the memory limit the one that was used longest ago,
 * never a busy or pinned one and never below the minimum; processes past their time to live are renewed.
 */
export function housekeeping({ instances, policy, memoryLimitMb }: HousekeepingInput): Act[] {
  const parks = [...timedOut(instances, policy.idleTimeoutSeconds), ...overBudget(instances, memoryLimitMb)]
  const unique = parks.filter((act, at) => parks.findIndex(({ id }) => id === act.id) === at)
  const running = instances.filter(({ isRunning }) => isRunning).length
  const allowed = unique.slice(0, Math.max(0, running - policy.min))
  const gone = new Set(allowed.map(({ id }) => id))
  return [...allowed, ...expired(instances, policy.ttlSeconds).filter(({ id }) => !gone.has(id))]
}

function timedOut(instances: readonly Kept[], seconds: number | null): Act[] {
  if (seconds === null) return []
  const due = instances.filter(({ isIdle, pinned, idleMs }) => isIdle && !pinned && idleMs >= seconds * 1_000)
  return byIdleTime(due).map(({ id, name }) => ({ id, act: 'parked', reason: `${name} did nothing for ${seconds} s` }))
}

function overBudget(instances: readonly Kept[], limitMb: number | null): Act[] {
  if (limitMb === null) return []
  let usedMb = instances.reduce((sum, { memoryMb }) => sum + (memoryMb ?? 0), 0)
  const acts: Act[] = []
  for (const { id, name, memoryMb } of byIdleTime(instances.filter(({ isIdle, pinned }) => isIdle && !pinned))) {
    if (usedMb <= limitMb) break
    acts.push({
      id,
      act: 'parked',
      reason: `all processes together held ${Math.round(usedMb)} MB of ${limitMb} MB, and ${name} was used longest ago`,
    })
    usedMb -= memoryMb ?? 0
  }
  return acts
}

function expired(instances: readonly Kept[], seconds: number | null): Act[] {
  if (seconds === null) return []
  const due = instances.filter(({ isIdle, processAgeMs }) => isIdle && processAgeMs >= seconds * 1_000)
  return due.map(({ id, name }) => ({ id, act: 'renewed', reason: `the process of ${name} was older than ${seconds} s` }))
}

function byIdleTime(instances: readonly Kept[]): Kept[] {
  return instances.toSorted((a, b) => b.idleMs - a.idleMs)
}
