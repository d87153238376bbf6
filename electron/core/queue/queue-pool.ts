import type { Turn } from '../../../shared/domain/turn.ts'
import type { PlacementInput } from './placement.ts'
import type { TaskRecord } from './queue-task.ts'

/** The pool as its queue sees it. */
export type QueuePool = {
  /** What the placement goes by, besides the work itself. */
  situation: () => Omit<PlacementInput, 'waiting' | 'last'>
  /** Why nothing may begin now, for the user to read; null when it may. */
  heldBy: () => string | null
  /** The instance that knows this work; null when none does. */
  knownTo: (work: TaskRecord) => string | null
  hasInstance: (id: string) => boolean
  /** Makes one more instance; null when that is not allowed any more. */
  grow: () => Promise<string | null>
  /** Finds or makes the conversation for work that an instance takes. */
  conversationFor: (work: TaskRecord, instanceId: string) => Promise<string>
  /** Gives the prompt to its instance; resolves once it is on disk as a message. */
  begin: (work: TaskRecord, acceptedAt: number) => Promise<{ done: Promise<Turn> }>
  /** Ends the turn that the instance has at work. */
  interrupt: (instanceId: string, turnId: string) => Promise<void>
  /** The tools that a turn has called. */
  toolsOf: (conversationId: string, turnId: string) => Promise<string[]>
}
