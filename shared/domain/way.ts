import { z } from 'zod'

/**
 * How an instance has its process. `pool`: until the policy parks it. `kept-alive`: always. `fresh`: one for each turn. `event-driven`: from
 * when something needs it until nothing does.
 */
export const waySchema = z.enum(['pool', 'kept-alive', 'fresh', 'event-driven'])
export type Way = z.infer<typeof waySchema>

/** True where a process is started for work alone, and of no use without any. */
export function startsForWork(way: Way | undefined): boolean {
  return way === 'fresh' || way === 'event-driven'
}
