import type { Instance } from '../../shared/domain/instance.ts'
import type { Task } from '../../shared/domain/task.ts'
import { isFull, isLimited, isTooFast, mayStart, type Situation } from './pool-situation.ts'

type Claim = (situation: Situation, task: Task, named: Instance | undefined) => boolean

/** Every reason that a waiting task may give, and when it is true. */
const claims: readonly (readonly [RegExp, Claim])[] = [
  [/^The queue is paused/, ({ policy }) => policy.paused],
  [/^No instances yet/, ({ instances }) => instances.length === 0],
  [/^All instances have failed/, ({ instances }) => !instances.some(takesWork)],
  [/^Its instance was removed/, ({ instances }, { instanceId }) => !instances.some(({ id }) => id === instanceId)],
  [/usage limit is reached/, ({ world }) => isLimited(world)],
  [/at the same time/, (situation) => isFull(situation)],
  [/within a minute/, (situation) => isTooFast(situation)],
  [/^Not enough memory/, (situation) => !mayStart(situation)],
  [/^The budget is used up/, ({ world }) => world.budget !== null],
  [/^Retrying at/, (_, { nextAttemptAt }) => nextAttemptAt !== null && Date.parse(nextAttemptAt) > Date.now()],
  [/ failed; press Restart/, (_, __, named) => named?.state === 'failed'],
  [/is on hold; press Resume/, (_, __, named) => named?.pause === 'hold'],
  [/is frozen; press Resume/, (_, __, named) => named?.pause === 'freeze'],
  [/is parked; press Resume/, ({ rested }, _, named) => named?.pause === 'park' && rested.has(named.id)],
  [/is stopped; press Start/, ({ rested }, _, named) => named?.state === 'stopped' && rested.has(named.id)],
  [/is restarting/, (_, __, named) => named !== undefined && typeof named.restartAt === 'string'],
  [/^Waits for the running turn/, ({ instances }, { instanceId }) => isWorking(instances.find(({ id }) => id === instanceId))],
  [/ to be free$/, (_, __, named) => isWorking(named) || (named?.queued ?? 0) > 0],
  // Whether there is one is looked at elsewhere.
  [/^A free instance/, () => true],
]

/** What is wrong with the reason that a waiting task gives; null where it is the truth. */
export function reasonFault(task: Task, situation: Situation): string | null {
  const words = task.waitingFor ?? ''
  const named = situation.instances.find(({ name }) => words.startsWith(`${name} `))
  const claim = claims.find(([pattern]) => pattern.test(words))?.[1]
  if (claim === undefined) return `no reason anybody knows: ${task.text} (${words})`
  return claim(situation, task, named) ? null : `a reason that is none: ${task.text} (${words})`
}

function isWorking(one: Instance | undefined): boolean {
  return one !== undefined && typeof one.activity === 'string'
}

function takesWork({ state, pause, restartAt }: Instance): boolean {
  return state !== 'failed' && pause !== 'hold' && pause !== 'freeze' && typeof restartAt !== 'string'
}
