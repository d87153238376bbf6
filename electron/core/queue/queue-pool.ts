import type { Turn } from '../../../shared/domain/turn.ts'
import type { Admission, Place } from '../gate/place.ts'
import type { PlacementInput, Waiting } from './placement.ts'
import type { TaskRecord } from './queue-task.ts'

/** An instance that was made for a task, and what takes back the turn that is counted for it. */
export type Grown = { instanceId: string; release: () => void }

/** Which instances may take a piece of work, and what may be made for it. */
export type Fit = Required<Pick<Waiting, 'among' | 'makes' | 'kind'>>

/** The pool as its queue sees it. */
export type QueuePool = {
  /** What the placement goes by, besides the work itself. */
  situation: () => Omit<PlacementInput, 'waiting' | 'last'>
  /** What every turn has to pass before work leaves the queue. */
  gate: Pick<Admission, 'ask' | 'forget'>
  /** Why nothing may begin now, whichever instance would take it, for the user to read; null when it may. */
  heldBy: () => string | null
  fit: (work: TaskRecord) => Fit
  /** Why no instance that there is takes it and none is made for it, for the user to read; null: one does, or will. */
  lacks: (work: Pick<TaskRecord, 'labels' | 'launch'>) => string | null
  /** The usage limit that holds every instance which could take work, for the user to read; null when one may begin. */
  limitOfAll: () => string | null
  /** Until when the last of Claude's usage limits lasts; null when none is known. */
  limitedUntil: () => string | null
  /** Waits no longer for the end of a usage limit. */
  forgetLimits: () => void
  /** Why this instance begins nothing now, for the user to read. */
  waitsFor: (instanceId: string, lease?: string | null) => string
  /** True when nothing of the instance's own keeps it from beginning work at once, which is done under `lease`. */
  isFree: (instanceId: string, lease?: string | null) => boolean
  /** True while somebody has an instance under this lease. */
  hasLease: (lease: string) => boolean
  /** True when the instance has a process that stays: work there starts none. */
  hasProcess: (instanceId: string) => boolean
  /** Counts a turn more for an instance, until that is taken back. */
  reserve: (instanceId: string) => () => void
  /** Has messages that rest at an instance go on; true when there are any, which go first. */
  wake: (instanceId: string) => boolean
  /** Throws LIMIT_REACHED when a budget is used up. */
  checkBudget: (conversationId: string, instanceId: string) => Promise<void>
  /** The instance that knows this work; null when none does, as nothing was said about it yet. */
  knownTo: (work: TaskRecord) => string | null
  /** Its conversation; null: one that is yet to be made. */
  conversationOf: (work: TaskRecord) => string | null
  hasInstance: (id: string) => boolean
  /**
   * Makes one more instance for this work, with a turn counted for it before anybody sees it; null when that is not allowed any more. Throws
   * what is wrong with the configuration that the work brings along.
   */
  grow: (work: TaskRecord) => Promise<Grown | null>
  /** Finds or makes the conversation for work that an instance takes. */
  conversationFor: (work: TaskRecord, instanceId: string) => Promise<string>
  /** Sends the prompt to its instance; resolves once it is on disk as a message. Throws STATE_CONFLICT where the instance got other work. */
  begin: (work: TaskRecord, acceptedAt: number, place: Place) => Promise<{ done: Promise<Turn> }>
  /** Ends the turn that the instance has at work. */
  interrupt: (instanceId: string, turnId: string) => Promise<void>
  /** The tools that a turn has called. */
  toolsOf: (conversationId: string, turnId: string) => Promise<string[]>
}
