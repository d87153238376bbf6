import type { PoolPolicy, Strategy } from '../../../../shared/domain/pool.ts'
import { affinityAllowance, chooseInstance, type Candidate, type Chosen } from '../choose.ts'

/** Waiting work as the placement sees it. */
export type Waiting = {
  id: string
  /** The only instance that may take it; null: any. */
  aim: string | null
  /** The instance that knows its conversation, or its source and target. */
  known: string | null
}

export type PlacementInput = {
  /** In the order in which it is to be worked off. */
  waiting: Iterable<Waiting>
  /** In the order in which they were made. */
  candidates: readonly (Candidate & { running: boolean })[]
  policy: Pick<PoolPolicy, 'strategy' | 'affinityStrength' | 'defaultInstanceId'>
  last: string | null
  /** So many turns more may begin. */
  room: number
  /** So many instances more may be made. */
  growth: number
  /** False: memory allows no further process, so only instances that have one may be chosen. */
  mayStart: boolean
}

/** `instanceId` is null where an instance has to be made first. */
export type Placement = { id: string; instanceId: string | null; strategy: Strategy; reason: string }

/**
 * Gives waiting work to free instances, in its order. Work goes only to an instance that is free, so a quick one takes
 * more than a slow one; what an instance knows waits for it while the affinity allows, and holds nobody else up.
 */
export function place(input: PlacementInput): Placement[] {
  const { policy } = input
  const states: State[] = input.candidates.map((one) => ({ ...one, open: one.takesWork && (input.mayStart || one.running) }))
  const byId = new Map(states.map((one) => [one.id, one]))
  const placed: Placement[] = []
  let { last, growth } = input
  let free = states.filter(isFree).length
  for (const { id, aim, known } of input.waiting) {
    if (placed.length >= input.room || (free === 0 && growth <= 0)) break
    const only = aim === null ? undefined : byId.get(aim)
    const knowing = aim === null && known !== null && policy.strategy === 'affinity' ? byId.get(known) : undefined
    const chosen =
      aim === null ? chooseInstance({ candidates: eligible(states, knowing, policy), policy, known, last }) : aimed(only, known, policy)
    const taker = chosen === null ? undefined : byId.get(chosen.id)
    if (chosen && taker && isFree(taker)) {
      if (aim === null) last = taker.id
      placed.push({ id, instanceId: taker.id, strategy: chosen.strategy, reason: chosen.reason })
      free -= 1
      taker.load += 1
    } else if (taker) {
      // What knows the work, or is the only one that may do it, is waited for; those behind must not push in there.
      taker.load += 1
    } else if (aim === null && growth > 0) {
      growth -= 1
      placed.push({ id, instanceId: null, strategy: policy.strategy, reason: 'all others were busy' })
    }
  }
  return placed
}

type State = PlacementInput['candidates'][number] & { open: boolean }

function isFree({ open, load }: State): boolean {
  return open && load === 0
}

/** All, of which only those may be chosen that are free, and the one that knows the work while it is worth waiting for. */
function eligible(states: readonly State[], knowing: State | undefined, policy: PlacementInput['policy']): Candidate[] {
  const byTurns = policy.strategy === 'round-robin' || policy.strategy === 'least-recently-used'
  // A process that runs answers sooner than one that has to be started; the strategies that go by turns do not ask for that.
  const warmOnly = !byTurns && states.some((one) => isFree(one) && one.running)
  const worthIt = knowing !== undefined && knowing.open && knowing.load <= affinityAllowance(policy)
  return states.map((one) => ({ ...one, takesWork: (worthIt && one === knowing) || (isFree(one) && (one.running || !warmOnly)) }))
}

function aimed(only: State | undefined, known: string | null, { strategy }: PlacementInput['policy']): Chosen | null {
  return only ? { id: only.id, strategy, reason: only.id === known ? 'it has this conversation' : 'you chose it' } : null
}
