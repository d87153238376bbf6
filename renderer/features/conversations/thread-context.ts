import { createContext, useContext, useState, type ReactNode } from 'react'
import type { Decision } from '../../../shared/domain/approval.ts'
import type { Prompt } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ThreadRow } from './thread-row.ts'
import type { Places } from '../../tools/tool-summary.ts'

/** What rows may ask for. Each rejects with an error whose message the user should read. */
export type ThreadActions = {
  decide: (approvalId: string, decision: Decision) => Promise<void>
  /** Sends a changed prompt in the place of a message and all that follows it. */
  resend: (messageId: string, prompt: Prompt) => Promise<void>
  /** Goes on after a turn that was cut off or failed. */
  goOn: () => Promise<void>
  /** Whether it goes on by itself after a usage limit. */
  setGoesOn: (on: boolean) => Promise<void>
  /** A new conversation that goes on from behind this message. */
  fork: (messageId: string) => Promise<void>
  /** Asks for the name of a message, or how many instances begin behind it. */
  askCheckpoint: (messageId: string) => void
  askStart: (messageId: string) => void
  /** Asks what goes back to before a message of the user's. */
  askRewind: (messageId: string) => void
  undoRewind: (rewindId: string) => void
  /** Gives the conversation another folder. */
  chooseFolder: () => void
  signIn: () => void
  /** Has Claude Code make the context smaller. */
  compact: () => Promise<void>
  /** A new, empty conversation with the same instance. */
  startNew: () => Promise<void>
  restart: () => Promise<void>
}

/** What a row reads besides itself. `open` remembers what was unfolded while rows come and go. */
export type ThreadContextValue = {
  places: Places
  actions: ThreadActions
  /** The approval that chords decide about. */
  activeApproval: string | null
  /** Names of messages. */
  checkpoints: ReadonlyMap<string, string>
  /** The message that is being changed, to be sent again. */
  editing: string | null
  setEditing: (messageId: string | null) => void
  /** When the conversation goes on by itself, as its last turn met a usage limit; null: it does not. */
  goesOnAt: string | null
  /** A turn runs or waits: nothing can be sent again now. */
  busy: boolean
  open: Map<string, boolean>
  /** Draws a row: for rows that stand inside another one. */
  renderRow: (row: ThreadRow) => ReactNode
  /** Since when nothing has come in, once that is remarkable. */
  stalledSince: string | null
}

const ThreadContext = createContext<ThreadContextValue | null>(null)

export const ThreadProvider = ThreadContext.Provider

export function useThreadContext(): ThreadContextValue {
  const value = useContext(ThreadContext)
  if (!value) throw new Error('A row of a thread stands outside of a thread.')
  return value
}

/** Whether something is unfolded; stays so when the row leaves the screen and comes back. */
export function useUnfolded(key: string, byDefault = false): [boolean, () => void] {
  const { open } = useThreadContext()
  const [isOpen, setOpen] = useState(open.get(key) ?? byDefault)
  const toggle = () => {
    open.set(key, !isOpen)
    setOpen(!isOpen)
  }
  return [isOpen, toggle]
}

/** The time of a turn so far, for one that runs. */
export function elapsedOf(turn: Turn, now: number): number {
  return turn.timing.totalMs ?? Math.max(0, now - Date.parse(turn.startedAt))
}
