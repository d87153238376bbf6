import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { PermissionMode } from '../../../shared/domain/instance.ts'
import type { Attachment } from '../../../shared/domain/attachment.ts'
import type { Image, Message, ToolCall, ToolResultBlock, ToolUseBlock } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

export type MessageDraft = Omit<Message, 'id' | 'seq' | 'createdAt' | 'text'>

/** A request of Claude's, and how it was answered; null: not yet. */
export type OpenApproval = { approval: Approval; decision: Decision | null }

/** The message of Claude's that asked for something, as far as it had come. */
export type AskedCall = {
  /** The last of its entries in Claude Code's transcript. */
  entry: string
  /** Every call of a tool in it, with its result where that had come. */
  calls: { call: Pick<ToolUseBlock, 'toolUseId' | 'name' | 'input'>; result: ToolResultBlock | null }[]
  /** The prompt of the turn; null when Claude began it by itself. */
  prompt: Message | null
}

/** A prompt that waits, as it is stored until it is sent. */
export type WaitingTask = {
  taskId: string
  turnId: string
  text: string
  images: Image[]
  attachments?: Attachment[] | undefined
  priority: number
  createdAt: string
  /** Among those of the same priority the lower goes first; when it came, in milliseconds since 1970, unless it was moved. */
  rank?: number | undefined
  /** Its id in Claude Code's transcript, where it may have been handed over to go into a running turn. */
  claudeUuid?: string | undefined
  /** It takes answers to Claude; its text says so to the user alone. */
  answers?: true | undefined
  /** It goes on after this turn when a usage limit is over, at that time (ISO 8601). What it says is found out then. */
  goesOn?: GoesOn | undefined
}

/** The turn that met a usage limit, and when that is over (ISO 8601). */
export type GoesOn = { turnId: string; at: string }

/** What of a waiting prompt is changed. */
export type TaskEdit = { text?: string; priority?: number; rank?: number; claudeUuid?: string }

/**
 * Where an instance writes what happens, before anybody sees it. The conversations' store is one;
 * an instance knows no more of it than this.
 */
export type TurnRecorder = {
  get(conversationId: string): Conversation
  appendMessage(conversationId: string, draft: MessageDraft, options: { sync: boolean }): Promise<Message>
  /** Claude Code takes a message back: it stays in the file and is shown no more. */
  retract(conversationId: string, seq: number): Promise<void>
  appendTool(conversationId: string, tool: ToolCall): Promise<void>
  appendApproval(conversationId: string, approval: Approval, outcome: ApprovalOutcome, decision?: Decision): Promise<void>
  appendTurn(conversationId: string, turn: Turn, options: { sync: true }): Promise<void>
  setSession(conversationId: string, session: { sessionId: string; cwd: string }): Promise<unknown>
  setMode(conversationId: string, permissionMode: PermissionMode | null): Promise<unknown>
  setModel(conversationId: string, model: string | null): Promise<unknown>
  setEffort(conversationId: string, effort: Effort | null): Promise<unknown>
  setFastMode(conversationId: string, fastMode: boolean | null): Promise<unknown>
  setBackground(conversationId: string, state: { tasks: BackgroundTask[]; note: string | null }): Promise<unknown>
  addTask(conversationId: string, prompt: WaitingTask): Promise<void>
  editTask(conversationId: string, taskId: string, change: TaskEdit): Promise<void>
  dropTask(conversationId: string, taskId: string, reason: 'sent' | 'withdrawn'): Promise<void>
  journal(conversationId: string, part: Provisional): void
  discardJournal(turnId: string, providerId: string): void
  settle(conversationId: string, turnId: string): Promise<void>
  /** Requests of a conversation that outlived their process: nobody has answered them, or the answer is still to be sent. */
  openApprovals(conversationId: string): OpenApproval[]
  /** The message of Claude's that a request is about; null when it is not there. */
  askedCall(conversationId: string, approval: Pick<Approval, 'turnId' | 'toolUseId'>): Promise<AskedCall | null>
  /** Calls `again` once, when what the disk does not take now can be written. */
  onceWritable(again: () => void): void
}

/** A failure to write, seen by the instance as a reason to end the turn. */
export type RecorderFailure = { error: ErrorInfo }
