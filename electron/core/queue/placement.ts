import type { PoolPolicy, Strategy } from '../../../shared/domain/pool.ts'
import { affinityAllowance, chooseInstance, type Candidate, type Chosen } from './choose.ts'

/** Waiting work as the placement sees it. */
export type Waiting = {
  id: string
  /** The only instance that may take it; null: any. */
  aim: string | null
  /** The instance that knows its conversation, or its source and target. */
  known: string | null
  /** Its conversation; null: one that is yet to be made. */
  conversation?: string | null
  /** Only these may take it; absent or null: any that takes work of everybody's. */
  among?: ReadonlySet<string> | null
  /** What may be made for it: nothing, one more within the maximum (when left out), or its first one whatever the maximum is. */
  makes?: 'none' | 'more' | 'first'
  /** What is made alike: of those that come in one go only the first has its first one made. */
  kind?: string | null
  /** It has a process of its own: nothing may run in the background there, and a process that is there is of no use. */
  fresh?: boolean
  /** It may go to the instance that is lent under this. */
  lease?: string | null
}

export type PlacementInput = {
  /** In the order in which it is to be worked off. */
  waiting: Iterable<Waiting>
  /** In the order in which they were made. */
  candidates: readonly (Candidate & {
    running: boolean
    /** Messages rest there until the user goes on: only work that can go nowhere else wakes it. */
    rests: boolean
    /** The conversation in whose background something runs there: work of any other one would end it. Absent or null: nothing runs. */
    occupiedBy?: string | null
    /** Only work that says so may go there. */
    reserved?: boolean
    /** Only work under this lease may go there. Absent or null: it is nobody's. */
    lease?: string | null
  })[]
  policy: Pick<PoolPolicy, 'strategy' | 'affinityStrength' | 'defaultInstanceId'>
  last: string | null
  /** So many instances more may be made. */
  growth: number
  /** So many may be made at once, the maximum aside; as many as `growth` when left out. */
  firsts?: number
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
  let firsts = input.firsts ?? growth
  const kinds = new Set<string>()
  let free = states.filter(isFree).length
  const line = input.waiting[Symbol.iterator]()
  // The line may be long, and is read no further than is needed.
  const head = free === 0 || policy.strategy !== 'affinity' ? [] : takeFrom(line, lookahead(states.length, policy))
  const own = ownWork(head, byId)
  const kept = states.filter(({ occupiedBy, lease }) => typeof occupiedBy === 'string' || typeof lease === 'string')
  for (const work of inOrder(head, line)) {
    const { id, aim, known, conversation, kind = null, makes = 'more' } = work
    if (free === 0 && growth <= 0 && firsts <= 0) break
    for (const one of kept) one.isKept = isKeptFrom(one, work, conversation)
    const only = aim === null ? undefined : byId.get(aim)
    const knowing = aim === null && known !== null && policy.strategy === 'affinity' ? byId.get(known) : undefined
    const chosen =
      aim === null
        ? chooseInstance({ candidates: eligible({ states, knowing, policy, own, work }), policy, known, last })
        : aimed(only, known, policy)
    const taker = chosen === null ? undefined : byId.get(chosen.id)
    if (chosen && taker && isFree(taker)) {
      if (aim === null) last = taker.id
      own.delete(taker.id)
      placed.push({ id, instanceId: taker.id, strategy: chosen.strategy, reason: chosen.reason })
      free -= 1
      taker.load += 1
    } else if (taker) {
      // What knows the work, or is the only one that may do it, is waited for; those behind must not push in there.
      // Those of the lease, though, do not wait for others.
      if (!isLentFrom(taker, work)) taker.load += 1
    } else if (aim === null && mayMake(makes === 'first' && kind !== null && kinds.has(kind) ? 'more' : makes, growth, firsts)) {
      growth -= 1
      firsts -= 1
      if (kind !== null) kinds.add(kind)
      placed.push({
        id,
        instanceId: null,
        strategy: policy.strategy,
        reason: makes === 'first' ? 'there was none like it' : 'all others were busy',
      })
    }
  }
  return placed
}

/** `isKept`: by what runs in the background, or by a lease, from the work that is looked at. */
type State = PlacementInput['candidates'][number] & { open: boolean; isKept?: boolean }

function isKeptFrom({ occupiedBy, lease }: State, work: Waiting, conversation: string | null | undefined): boolean {
  return isLentFrom({ lease }, work) || (typeof occupiedBy === 'string' && (work.fresh === true || occupiedBy !== conversation))
}

function isLentFrom({ lease }: Pick<State, 'lease'>, work: Waiting): boolean {
  return typeof lease === 'string' && lease !== work.lease
}

function isFree({ open, load, isKept }: State): boolean {
  return open && load === 0 && isKept !== true
}

/** All, of which only those may be chosen that are free, and the one that knows the work while it is worth waiting for. */
function eligible({ states, knowing, policy, own, work }: EligibleInput): Candidate[] {
  const { among = null, fresh = false } = work
  const isAmong = (one: State) => (among === null ? one.reserved !== true : among.has(one.id))
  const byTurns = policy.strategy === 'round-robin' || policy.strategy === 'least-recently-used'
  // A process that runs answers sooner than one that has to be started; the strategies that go by turns do not ask for that.
  // One that is started for the work alone takes nobody's process away where that can be.
  const isReady = (one: State) => one.running !== fresh
  const readyOnly = !byTurns && states.some((one) => isFree(one) && !one.rests && isReady(one) && isAmong(one))
  const worthIt =
    knowing !== undefined && isAmong(knowing) && knowing.open && knowing.isKept !== true && knowing.load <= affinityAllowance(policy)
  // What another one knows is taken over by those alone that have nothing of their own to do.
  const mayTake = (one: State) =>
    isFree(one) &&
    !one.rests &&
    isAmong(one) &&
    (isReady(one) || !readyOnly) &&
    (knowing === undefined || !knowing.open || knowing.isKept === true || !own.has(one.id))
  return states.map((one) => ({ ...one, takesWork: one === knowing ? worthIt : mayTake(one) }))
}

type EligibleInput = {
  states: readonly State[]
  knowing: State | undefined
  policy: PlacementInput['policy']
  own: ReadonlySet<string>
  work: Pick<Waiting, 'among' | 'fresh'>
}

function mayMake(makes: NonNullable<Waiting['makes']>, growth: number, firsts: number): boolean {
  if (makes === 'none') return false
  return makes === 'first' ? firsts > 0 : growth > 0
}

/** So much of the line counts as coming next; not more, so that nobody waits long for being known elsewhere. */
function lookahead(instances: number, policy: PlacementInput['policy']): number {
  return Math.ceil((affinityAllowance(policy) + 1) * instances)
}

/** Free instances that know something of what comes next. */
function ownWork(head: readonly Waiting[], byId: ReadonlyMap<string, State>): Set<string> {
  const knowing = head.flatMap(({ aim, known }) => byId.get(aim ?? known ?? '') ?? [])
  return new Set(knowing.filter(isFree).map(({ id }) => id))
}

function takeFrom<T>(from: Iterator<T>, most: number): T[] {
  const taken: T[] = []
  while (taken.length < most) {
    const next = from.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}

function* inOrder<T>(head: readonly T[], rest: Iterator<T>): Generator<T, void, void> {
  yield* head
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}

function aimed(only: State | undefined, known: string | null, { strategy }: PlacementInput['policy']): Chosen | null {
  return only ? { id: only.id, strategy, reason: only.id === known ? 'it has this conversation' : 'you chose it' } : null
}
