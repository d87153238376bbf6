import type { Decision } from '../../../shared/domain/approval.ts'
import type { ContextPrompt, ContextState } from '../../../shared/domain/transfer.ts'
import type { SentFrom } from '../composer/use-submit.ts'
import type { Prompt } from '../../../shared/domain/task.ts'

/** `replaces`: the message whose place it takes. */
export type SendOptions = Partial<SentFrom> & { replaces?: string }

/** What a conversation's screen asks the core to do. Each rejects with an error whose message the user should read. */
export type ConversationCalls = {
  send: (prompt: Prompt, options?: SendOptions) => Promise<void>
  /** Runs a command line of the user's in the folder. */
  runCommand: (command: string) => Promise<void>
  goOn: () => Promise<void>
  decide: (approvalId: string, decision: Decision) => Promise<void>
  editTask: (taskId: string, text: string) => Promise<void>
  /** Directly before another waiting message; null: behind all. */
  moveTask: (taskId: string, before: string | null) => Promise<void>
  sendTaskNow: (taskId: string) => Promise<void>
  /** Drops all that waits; it comes back into the draft. */
  clearQueue: () => Promise<void>
  /** Ends the turn too. */
  stopAndClear: () => Promise<void>
  /** Whether it goes on by itself after a usage limit. */
  setGoesOn: (on: boolean) => Promise<void>
  withdrawTask: (taskId: string) => Promise<void>
  rename: (title: string) => Promise<void>
  /** Answers the new conversation's id. */
  fork: (messageId?: string) => Promise<string>
  /** Whether Claude still has the context when the conversation continues. */
  context: () => Promise<ContextState>
  /** What was said, for Claude to read. */
  prompt: () => Promise<ContextPrompt>
  stop: () => Promise<void>
  restart: () => Promise<void>
}

/** Where the screen can lead. */
export type ConversationPlaces = {
  toConversation: (conversationId: string) => void
  newConversation: () => void
  checkpoint: (messageId: string) => void
  startFrom: (messageId: string) => void
  /** Asks what goes back to before a message of the user's. */
  rewind: (messageId: string) => void
  undoRewind: (rewindId: string) => void
  chooseFolder: () => void
  signIn: () => void
}
