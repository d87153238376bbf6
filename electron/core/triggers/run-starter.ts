import type { RunCause } from '../../../shared/domain/run.ts'

export type RunOutcome = 'done' | 'failed' | 'cancelled'

/** A run that is over. */
export type RunEnd = {
  id: string
  recipe: string
  cause: RunCause
  /** What has started the run that it is nested in; its own cause where it is in none. */
  origin: RunCause
  outcome: RunOutcome
  /** Why it failed, for the user. */
  reason: string | null
}

/** A run that is to begin. `trigger`: what has happened, for the recipe's own templates. */
export type RunOrder = {
  recipe: string
  inputs: Record<string, unknown>
  trigger: Record<string, unknown>
  key: string
  cause: RunCause
}

/** What triggers need of runs. */
export type RunStarter = {
  /** The same key again answers the run that it has started, even where the recipe has changed meanwhile. Throws what the caller can act on. */
  start: (input: RunOrder) => Promise<{ id: string }>
  /** How it ended; null while it is not over, `unknown` where there is no such run any more. */
  endOf: (id: string) => RunOutcome | 'unknown' | null
  /** Resolves once it is over. */
  cancel: (id: string) => Promise<void>
  /** Told of every run that ends; the answer takes that back. */
  onEnded: (listener: (end: RunEnd) => void) => () => void
  /** The newest runs that are over, so that none is missed that ended while nobody listened. */
  recentEnds: () => Iterable<RunEnd & { endedAt: string }>
}
