import type { PoolPolicy } from '../../../shared/domain/pool.ts'
import type { InstanceSummary } from '../instances/instance-summary.ts'

export type HousekeepingInput = {
  instances: readonly InstanceSummary[]
  policy: Pick<PoolPolicy, 'min' | 'idleTimeoutSeconds' | 'ttlSeconds'>
  /** Memory of each spare in MB, null where it was not measured. */
  spares: readonly (number | null)[]
  /** Memory of side questions in MB: of those that are idle, and of all that answer. */
  asides: { idle: readonly (number | null)[]; busyMb: number }
  /** The limit that counts; null: none. */
  memoryLimitMb: number | null
}

/** What is handed over directly after a turn still finds the process. */
const graceMs = 2_000

/** `spare-ended` and `aside-ended` name no instance: one of the spares, or of the idle side questions, loses its process. */
export type Act = { id: string; act: 'parked' | 'renewed'; reason: string } | EndAct
type EndAct = { act: 'spare-ended' | 'aside-ended'; reason: string }
type InstanceAct = Extract<Act, { id: string }>

/**
 * What is to be done now: those that run for work alone are parked when there is none, idle ones when their time is over; over the
 * memory limit idle side questions and spares go first, then the one that was used longest ago, never a busy or pinned one and never
 * below the minimum; processes past their time to live are renewed, pinned ones excepted.
 */
export function housekeeping({ instances, policy, spares, asides, memoryLimitMb }: HousekeepingInput): Act[] {
  const useless = instances.filter(({ isIdle, pinned, endsWhenIdle, idleMs }) => endsWhenIdle && isIdle && !pinned && idleMs >= graceMs)
  const ended = useless.map(({ id, name }): InstanceAct => ({ id, act: 'parked', reason: `${name} runs only while there is work for it` }))
  const others = instances.filter((one) => !useless.includes(one))
  const idle = timedOut(others, policy.idleTimeoutSeconds)
  const { endActs, parkActs } = overBudget({ instances: others, spares, asides, memoryLimitMb }, new Set(idle.map(({ id }) => id)))
  const parks = [...idle, ...parkActs]
  const unique = parks.filter((act, at) => parks.findIndex(({ id }) => id === act.id) === at)
  const running = others.filter(({ isRunning }) => isRunning).length
  const allowed = unique.slice(0, Math.max(0, running - policy.min))
  const gone = new Set([...ended, ...allowed].map(({ id }) => id))
  return [...endActs, ...ended, ...allowed, ...expired(instances, policy.ttlSeconds).filter(({ id }) => !gone.has(id))]
}

/**
 * What is due with one instance at the end of a turn, while more may wait for it: over the limit its process goes, past its time to
 * live it is renewed. Without this, one that never rests would keep its process for ever.
 */
export function betweenTurns(
  instance: InstanceSummary,
  { policy, usedMb, memoryLimitMb }: { policy: Pick<PoolPolicy, 'ttlSeconds'>; usedMb: number; memoryLimitMb: number | null },
): InstanceAct | null {
  const { id, name, isRunning, hasBackground, pinned } = instance
  if (!isRunning || hasBackground || pinned) return null
  if (memoryLimitMb !== null && usedMb > memoryLimitMb)
    return { id, act: 'parked', reason: `${heldWords(usedMb, memoryLimitMb)}, and a turn of ${name} had just ended` }
  return policy.ttlSeconds !== null && isTooOld(instance, policy.ttlSeconds) ? renewal(instance, policy.ttlSeconds) : null
}

function isTooOld({ processAgeMs, pinned }: InstanceSummary, seconds: number): boolean {
  return !pinned && processAgeMs >= seconds * 1_000
}

function renewal({ id, name }: InstanceSummary, seconds: number): InstanceAct {
  return { id, act: 'renewed', reason: `the process of ${name} was older than ${seconds} s` }
}

function heldWords(usedMb: number, limitMb: number): string {
  return `all processes together held ${Math.round(usedMb)} MB of ${limitMb} MB`
}

function timedOut(instances: readonly InstanceSummary[], seconds: number | null): InstanceAct[] {
  if (seconds === null) return []
  const due = instances.filter(({ isIdle, pinned, idleMs }) => isIdle && !pinned && idleMs >= seconds * 1_000)
  return byIdleTime(due).map(({ id, name }) => ({ id, act: 'parked', reason: `${name} did nothing for ${seconds} s` }))
}

/** `leaving`: those that are parked anyway; what they hold is free soon. */
function overBudget(
  { instances, spares, asides, memoryLimitMb: limitMb }: Omit<HousekeepingInput, 'policy'>,
  leaving: ReadonlySet<string>,
): { endActs: EndAct[]; parkActs: InstanceAct[] } {
  const endActs: EndAct[] = []
  const parkActs: InstanceAct[] = []
  const staying = instances.filter(({ id }) => !leaving.has(id))
  const ends = [
    ...asides.idle.map((memoryMb) => ({ act: 'aside-ended' as const, memoryMb })),
    ...spares.map((memoryMb) => ({ act: 'spare-ended' as const, memoryMb })),
  ]
  let usedMb = [...staying, ...ends].reduce((sum, { memoryMb }) => sum + (memoryMb ?? 0), asides.busyMb)
  const held = heldWords(usedMb, limitMb ?? 0)
  for (const { act, memoryMb } of ends) {
    if (limitMb === null || usedMb <= limitMb) break
    endActs.push({ act, reason: held })
    usedMb -= memoryMb ?? 0
  }
  for (const { id, name, memoryMb } of byIdleTime(staying.filter(({ isIdle, pinned, memoryMb: mb }) => isIdle && !pinned && mb !== null))) {
    if (limitMb === null || usedMb <= limitMb) break
    parkActs.push({ id, act: 'parked', reason: `${held}, and ${name} was idle longest` })
    usedMb -= memoryMb ?? 0
  }
  return { endActs, parkActs }
}

function expired(instances: readonly InstanceSummary[], seconds: number | null): InstanceAct[] {
  if (seconds === null) return []
  const due = instances.filter((one) => one.isIdle && isTooOld(one, seconds))
  return due.map((one) => renewal(one, seconds))
}

function byIdleTime(instances: readonly InstanceSummary[]): InstanceSummary[] {
  return instances.toSorted((a, b) => b.idleMs - a.idleMs)
}
