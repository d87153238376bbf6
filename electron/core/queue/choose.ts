import type { PoolPolicy, Strategy } from '../../../shared/domain/pool.ts'

/** An instance as the choice sees it. */
export type Candidate = {
  id: string
  name: string
  /** Turns it has yet to do. */
  load: number
  /** Monotonic milliseconds of its last turn; 0: never. */
  lastUsedAt: number
  /** It takes messages and goes on with them by itself. */
  takesWork: boolean
}

export type ChoiceInput = {
  /** In the order in which they were made. */
  candidates: readonly Candidate[]
  policy: Pick<PoolPolicy, 'strategy' | 'affinityStrength' | 'defaultInstanceId'>
  /** The instance that knows this work already. */
  known: string | null
  /** The one that was chosen last. */
  last: string | null
}

export type Chosen = { id: string; strategy: Strategy; reason: string }

/** Turns that an instance which knows the work may have more than the least busy one, at full strength. */
const fullAllowance = 6

/** Picks an instance; null when none takes work. The same input always gives the same choice. */
export function chooseInstance({ candidates, policy, known, last }: ChoiceInput): Chosen | null {
  const open = candidates.filter(({ takesWork }) => takesWork)
  const least = leastBusy(open)
  if (!least) return null
  const { strategy } = policy
  switch (strategy) {
    case 'round-robin': {
      const next = after(candidates, last) ?? least
      return { id: next.id, strategy, reason: `it is ${next.name}'s turn` }
    }
    case 'least-recently-used': {
      const oldest = open.reduce((best, one) => (one.lastUsedAt < best.lastUsedAt ? one : best))
      return { id: oldest.id, strategy, reason: `${oldest.name} was idle longest` }
    }
    case 'least-busy':
      return { id: least.id, strategy, reason: busyReason(least) }
    case 'affinity':
      return byAffinity(open, least, policy, known)
  }
}

/** Turns more than the least busy one that an instance may have before work does not wait for it because it knows it. */
export function affinityAllowance({ affinityStrength }: Pick<PoolPolicy, 'affinityStrength'>): number {
  return affinityStrength * fullAllowance
}

function byAffinity(open: readonly Candidate[], least: Candidate, policy: ChoiceInput['policy'], known: string | null): Chosen {
  const strategy = 'affinity'
  const knowing = open.find(({ id }) => id === known)
  if (knowing && knowing.load - least.load <= affinityAllowance(policy)) {
    return { id: knowing.id, strategy, reason: `${knowing.name} knows this conversation` }
  }
  if (knowing)
    return { id: least.id, strategy, reason: `${knowing.name} knows this but has ${knowing.load} turns to do; ${busyReason(least)}` }
  const usual = open.find(({ id }) => id === policy.defaultInstanceId)
  if (usual && usual.load <= least.load) return { id: usual.id, strategy, reason: `${usual.name} is the default` }
  return { id: least.id, strategy, reason: busyReason(least) }
}

function busyReason({ name, load }: Candidate): string {
  return load === 0 ? `${name} is free` : `${name} is the least busy (${load})`
}

/** The fewest turns to do; among equals the one that was idle longest. */
function leastBusy(open: readonly Candidate[]): Candidate | undefined {
  let best: Candidate | undefined
  for (const one of open) {
    if (!best || one.load < best.load || (one.load === best.load && one.lastUsedAt < best.lastUsedAt)) best = one
  }
  return best
}

/** The next one behind the last choice, round and round. */
function after(all: readonly Candidate[], last: string | null): Candidate | undefined {
  const at = all.findIndex(({ id }) => id === last)
  return all.find(({ takesWork }, index) => takesWork && index > at) ?? all.find(({ takesWork }) => takesWork)
}
