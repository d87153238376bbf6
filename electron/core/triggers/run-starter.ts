import type { RunCause } from '../../../shared/domain/run.ts'

export type RunOutcome = 'done' | 'failed' | 'cancelled'

/** A run that is over. `reason`: why it failed, for the user. */
export type RunEnd = { id: string; recipe: string; cause: RunCause; outcome: RunOutcome; reason: string | null }

/** What triggers need of runs. */
export type RunStarter = {
  /** The same key again answers the run that it has started. Throws what the caller can act on. */
  start: (input: { recipe: string; inputs: Record<string, unknown>; key: string; cause: RunCause }) => Promise<{ id: string }>
  /** How it ended; null while it is not over, `unknown` where there is no such run any more. */
  endOf: (id: string) => RunOutcome | 'unknown' | null
  /** Resolves once it is over. */
  cancel: (id: string) => Promise<void>
  /** Told of every run that ends; the answer takes that back. */
  onEnded: (listener: (end: RunEnd) => void) => () => void
  /** The newest runs that are over, so that none is missed that ended while nobody listened. */
  recentEnds: () => Iterable<RunEnd & { endedAt: string }>
}
