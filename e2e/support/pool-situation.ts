import type { Instance } from '../../shared/domain/instance.ts'
import type { PoolPolicy } from '../../shared/domain/pool.ts'
import type { Task } from '../../shared/domain/task.ts'
import { scriptedMb, type ScriptedWorld } from './scripted-claude.ts'

/** A pool as it stands, beside what is known of the world below it. */
export type Situation = {
  policy: PoolPolicy
  instances: Instance[]
  open: Task[]
  waiting: Task[]
  world: ScriptedWorld
  /** Those that the user has parked or stopped and that nobody has woken since. */
  rested: ReadonlySet<string>
  /** Whose a conversation is; null: nobody's. */
  ownerOf: (conversationId: string) => string | null
}

const minuteMs = 60_000
/** The pool takes each process for a little more than it holds. */
const usualMb = 110

/** As many turns run as may. */
export function isFull({ policy, world }: Situation): boolean {
  return policy.concurrency !== null && world.open.length >= policy.concurrency
}

/** As many turns began within a minute as may. */
export function isTooFast({ policy, world }: Situation): boolean {
  const now = performance.now()
  return policy.rateLimit !== null && world.begunAt.filter((at) => now - at < minuteMs).length >= policy.rateLimit
}

export function isLimited({ limitedUntil }: ScriptedWorld): boolean {
  return limitedUntil !== null && limitedUntil > Date.now()
}

/** One more process may start: there is memory, or those who do nothing give back enough, or nothing works at all. */
export function mayStart({ policy, instances, world }: Situation): boolean {
  const { memoryLimitMb } = policy
  if (memoryLimitMb === null) return true
  const staying = instances.filter(({ process, state, queued }) => process !== null && (state !== 'idle' || queued > 0))
  return world.open.length === 0 || (staying.length + 1) * Math.max(scriptedMb, usualMb) <= memoryLimitMb
}
