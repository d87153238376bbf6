import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { RunAsk } from '../../../shared/domain/run.ts'
import type { TurnShare, UnitAsk } from './journal-entry.ts'
import type { Spent } from './run-record.ts'

/** How a part's work ended. */
export type UnitEnd = {
  state: 'done' | 'failed' | 'cancelled'
  text: string
  /** What Claude Code itself gave as JSON, or what a nested run put out. */
  output?: unknown
  error: ErrorInfo | null
  /** It was cut off when a tool may have had an effect. */
  isCutOff: boolean
  /** Every turn that was begun for it. */
  turns: TurnShare[]
  /** Of a nested run. */
  spent?: Spent | undefined
  conversationId: string | null
  instanceId: string | null
}

export type HandedIn = {
  ids: { taskId: string; turnId: string | null }
  ask: UnitAsk
  origin: { runId: string; recipe: string; stepId: string; unit: string }
}

/** What a part waits for while it is done. */
export type PartAsk = Omit<RunAsk, 'stepId' | 'title'>

/** Dollars and turns of what has not ended. */
export type Live = { costUsd: number; turns: number }

export function addLive(to: Live, { costUsd, turns }: Live): void {
  to.costUsd += costUsd
  to.turns += turns
}

/** Who does the parts of steps: the pool's queue, or nested runs. */
export type UnitHost = {
  /** What became of work that may have been handed in: its end, `open` while there is none, null where it is not known. */
  find: (ids: HandedIn['ids']) => Promise<UnitEnd | 'open' | null>
  /**
   * Takes work; resolves once it is on disk. It is handed in twice only where `find` knew nothing of it. Throws LIMIT_REACHED,
   * UNAVAILABLE or what the disk throws where it may be tried again later; anything else is the end of it.
   */
  add: (work: HandedIn) => Promise<void>
  /** Ends it. Nothing happens where it has ended. */
  cancel: (taskId: string) => Promise<void>
  /** What it has taken so far, as far as that is known. */
  live: (taskId: string) => Live
  /** What of it waits for a person. */
  asks: (taskId: string) => readonly PartAsk[]
  /** Tells the end of this work, once; the answer takes that back. */
  onEnd: (taskId: string, tell: (end: UnitEnd) => void) => () => void
}
