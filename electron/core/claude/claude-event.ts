import type { Block, Image, MessageNotice } from '../../../shared/domain/message.ts'
import type { ToolData } from '../../../shared/domain/tool-data.ts'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, AskedDialog, Elicitation, PlanMode } from '../../../shared/domain/approval.ts'
import type { BackgroundKind, BackgroundProgress, WorkflowStep } from '../../../shared/domain/background.ts'
import type { PermissionMode } from '../../../shared/domain/instance.ts'
import type { LimitWindow } from '../../../shared/domain/account.ts'
import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { ModelShare, Usage } from '../../../shared/domain/turn.ts'
import type { ModelUsage } from './turn-account.ts'

/** What one `claude` process tells us, in our words. Nothing outside this folder sees the SDK's own messages. */
export type ClaudeEvent =
  /** Sent once the process knows its session (with the first turn), and again when the session's id changes. */
  | {
      type: 'session'
      sessionId: string
      model: string
      claudeVersion: string
      tools: string[]
      mcpServers: { name: string; status: string }[]
      /** The mode that is in force; null where Claude Code does not say, or says one that we do not know. */
      permissionMode: PermissionMode | null
    }
  /** The permission mode of the session has changed: a plan begins or was approved, or it was told to. */
  | { type: 'mode'; mode: PermissionMode }
  /** The session goes on with another model, which was typed into it as `typed`; `model` is its full name. */
  | { type: 'model'; model: string; typed: string }
  /** Another effort was typed into the session; null: its model's default. */
  | { type: 'effort'; effort: Effort | null }
  /** Fast mode was switched on or off by what was typed into the session. */
  | { type: 'fast-mode'; on: boolean }
  /** How much of the plan's limits is used. */
  | { type: 'limits'; windows: LimitWindow[] }
  /** A stream of a message begins. The same `providerId` again means that the request was repeated. */
  | { type: 'message-start'; providerId: string; parentToolUseId: string | null }
  /** Provisional text; the `assistant` event of the same `providerId` and index replaces it. */
  | { type: 'delta'; providerId: string; index: number; kind: 'text' | 'thinking'; text: string; parentToolUseId: string | null }
  /** A tool call has begun to stream in; its input is not complete yet. */
  | { type: 'tool-announced'; toolUseId: string; name: string; parentToolUseId: string | null }
  /** Authoritative. Claude Code sends one per content block; all blocks of one message share `providerId`. */
  | {
      type: 'assistant'
      providerId: string
      uuid: string
      blocks: Block[]
      model: string
      parentToolUseId: string | null
      synthetic: boolean
      error: ErrorInfo | null
    }
  /** `data`: what the tool answered as Claude Code has it, in a form of the tool's own; absent where it says nothing, or several answered. */
  | { type: 'tool-results'; uuid: string | null; results: ToolResult[]; parentToolUseId: string | null; data?: unknown }
  /** A tool is at work; `elapsedMs` as Claude Code says. */
  | { type: 'tool-progress'; toolUseId: string; name: string; elapsedMs: number; parentToolUseId: string | null }
  /** What the turn has used so far, whenever a request has told its figures. */
  | { type: 'spending'; models: ModelUsage[] }
  | { type: 'retry'; attempt: number; maxRetries: number; delayMs: number; status: number | null }
  | { type: 'compacting'; active: boolean }
  /** The turn is over. Usage and cost are of this turn alone: running totals are differenced, messages counted once. */
  | {
      type: 'result'
      ok: boolean
      interrupted: boolean
      error: ErrorInfo | null
      text: string
      /** The answer as data, where Claude Code saw to it that it is like a schema. */
      structured?: unknown
      usage: Usage
      costUsd: number | null
      searches: number
      /** Each model that worked, the turn's own first; empty when there was only one. */
      byModel: ModelShare[]
      /** Tokens of the first and of the last request of the main thread; null when there was none. */
      calls: { first: Usage; last: Usage } | null
      model: string | null
      sessionId: string
    }
  /** The prompt was taken back before its turn began: no result follows. */
  | { type: 'withdrawn' }
  /** All that runs in the background now; takes the place of what was said before. */
  | { type: 'background'; tasks: { id: string; kind: BackgroundKind; description: string; agent?: string }[] }
  /** A task has begun, in the background or not; `toolUseId`: the call that began it. */
  | { type: 'background-started'; id: string; toolUseId: string | null; prompt: string | null; agent: AgentWords | null }
  /** How far a task is; `steps`: all of a workflow's, null where it has none. */
  | { type: 'background-progress'; id: string; progress: BackgroundProgress; steps: WorkflowStep[] | null }
  /** What became of a prompt that steers: Claude has it now, in the running turn or as the beginning of one; or it came back unread. */
  | { type: 'steered'; uuid: string; taken: boolean }
  /** A task has ended; one in the background has Claude begin a turn by itself. */
  | { type: 'background-ended'; id: string; status: string; summary: string }
  /** A time has come that Claude had set: it begins a turn by itself. */
  | { type: 'wakeup' }
  /** What an MCP server had asked the user to do at an address is done. */
  | { type: 'elicitation-complete'; server: string; elicitationId: string }
  /** Its slash commands are others now: to be asked for again. */
  | { type: 'commands' }
  /** Lines of the child's output that could not be read were skipped. `total` counts since it started. */
  | { type: 'skipped'; total: number; sample: string }
  /** The process holds a new, empty session now, as it was told to. */
  | { type: 'cleared'; sessionId: string }
  /** A line for the thread that Claude Code said outside of an answer. */
  | { type: 'said'; text: string; notice: MessageNotice }
  /** Claude Code takes messages back, named by their ids in its transcript. Unknown ones are passed over. */
  | { type: 'retracted'; uuids: string[] }
  /** Something about the process that the user should see now, and that is no part of the conversation. */
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; code: string; message: string }

export type ToolResult = { toolUseId: string; output: string; isError: boolean; images: Image[]; data: ToolData | null }

/** What Claude Code asks the user: a permission, or through an MCP server. Answered once; `signal` aborts when it is withdrawn. */
/** What a sub-agent is and is to do. */
export type AgentWords = NonNullable<Approval['facts']['agent']>

export type PermissionQuestion = {
  toolUseId: string
  tool: string
  input: Record<string, unknown>
  /** Where the call would run: commands move Claude Code's shell to other folders. Null when that is not known. */
  folder: string | null
  reason: string | null
  parentToolUseId: string | null
  signal: AbortSignal
  /** Claude Code's own words for it, where it has any. */
  title?: string | undefined
  description?: string | undefined
  facts?: Approval['facts'] | undefined
  /** An MCP server asks; the tool is then unknown. */
  elicitation?: Elicitation | undefined
  /** Claude Code itself asks; the tool is then the dialog's kind. */
  dialog?: AskedDialog | undefined
}

/** A call of a tool that is about to be made. */
export type AnnouncedCall = Pick<PermissionQuestion, 'tool' | 'input'> & { folder: string }

export type PermissionAnswer =
  | {
      behavior: 'allow'
      updatedInput: Record<string, unknown>
      /** The permission mode that the session goes on in. */
      mode?: PlanMode
    }
  /** `withdrawn`: nobody said no; the question has no one left to ask. */
  | { behavior: 'deny'; message: string; interrupt: boolean; withdrawn?: true }

/** Why a process is gone. `expected`: we ended it. */
export type ClaudeExit = { expected: boolean; exitCode: number | null; signal: string | null; stderrTail: string; error: ErrorInfo | null }

export type ClaudeListener = {
  onEvent: (event: ClaudeEvent) => void
  onPermission: (question: PermissionQuestion) => Promise<PermissionAnswer>
  /** Whether a rule denies a call that is about to be made, asked about or not; absent: none does. */
  denies?: ((call: AnnouncedCall) => Promise<boolean>) | undefined
  /** Called exactly once, after the last event. */
  onExit: (exit: ClaudeExit) => void
}
