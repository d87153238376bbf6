import type { Attachment } from '../../../shared/domain/attachment.ts'
import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { Image, ToolResultBlock } from '../../../shared/domain/message.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { ClaudeExit } from './claude-event.ts'
import type { Controls } from './controls.ts'
import type { TreeUsage } from './tree-usage.ts'

/** What a process is started with; two equal ones can serve each other. */
export type LaunchConfig = Pick<
  InstanceConfig,
  | 'cwd'
  | 'model'
  | 'systemPrompt'
  | 'appendSystemPrompt'
  | 'permissionMode'
  | 'allowedTools'
  | 'disallowedTools'
  | 'mcpServers'
  | 'addDirs'
  | 'env'
> & {
  /** Told to the process once it is there, as is what changes later. */
  effort?: Effort
  fastMode?: boolean
  /** Changes with the secrets that it refers to. */
  secrets?: string
  /** Saved MCP servers that it names and that are gone. */
  goneServers?: string[]
  /** Goes on in this session of Claude Code's. */
  resume?: string
  /** With `resume`: where it goes on when `cwd` is no longer there. */
  fallbackCwd?: string
  /** With `resume`: up to this entry's uuid only, in a new session that leaves the old one alone. */
  forkAt?: string
  /** With `resume`: in the same session, after this entry's uuid; what came behind it there counts no more. */
  resumeAt?: string
  /**
   * With `resume`: it knows the session and is written nowhere, not even by Claude Code. Neither hooks nor MCP servers of the user's run in
   * it: what it may do is for its listener to say.
   */
  aside?: true
  /** It is started for one piece of work and ended after it: no other process serves for it, and it serves for nothing else. */
  own?: { schema?: Record<string, unknown> | undefined }
}

/** What is fixed when a process is parked; the rest of a launch is given when it is claimed. */
export type ParkedConfig = Pick<
  LaunchConfig,
  'systemPrompt' | 'appendSystemPrompt' | 'allowedTools' | 'disallowedTools' | 'env' | 'secrets'
> & {
  /** Only such a process can be claimed for `bypassPermissions`. */
  mayBypass: boolean
}

/** Where a process works that could not be started, or found no session, where it was asked for. */
export type Elsewhere = {
  cwd: string
  /** The folder that was asked for is no longer there. */
  folderGone: boolean
}

export type PromptToSend = {
  uuid: string
  text: string
  images: readonly Image[]
  attachments?: readonly Attachment[]
  /** Of calls that Claude made in the entry that its session goes on from. */
  results?: readonly ToolResultBlock[]
  /** It goes into the running turn at its next step, or begins a turn right after it; a `steered` event says when it was taken. */
  steers?: boolean
}

/** One live `claude`, ours until it has ended. */
export interface ClaudeProcess {
  readonly pid: number
  readonly startedAt: Date
  /** Null until its first turn told it, or the resumed one. */
  readonly sessionId: string | null
  /** Null when it works in the folder that was asked for. */
  readonly elsewhere: Elsewhere | null
  /** What it can be asked and told beside prompts. */
  readonly controls: Controls
  /** Sends a prompt; `uuid` becomes the entry's id in Claude Code's transcript. Throws when the process is gone. */
  send(prompt: PromptToSend): void
  /** Has it prepare what its first turn will need, without asking a model. Never rejects. */
  prime(): Promise<void>
  /** True while the session that it began at its start knows how things are: CLAUDE.md, settings, commits. */
  isCurrent(): Promise<boolean>
  /** True when it could begin another session and be like a new process: it is idle, knows how things are, and its tools left nothing behind. */
  canClear(): Promise<boolean>
  /** Begins a new, empty session, as `/clear` does. False when it cannot; it is of use for its old session at best then. */
  clear(): Promise<boolean>
  /** True for the session it has, and for those it had lately and may still be writing. */
  hasHeld(sessionId: string): boolean
  /** Asks for the end of the running turn; the `result` event follows, and steering prompts that were not taken come back before it. Resolves when acknowledged. */
  interrupt(): Promise<void>
  /** Ends one task in the background; nothing happens when there is none of this id. */
  stopTask(taskId: string): Promise<void>
  /** True while a signal has stopped it, ours or somebody else's. */
  isSuspended(): Promise<boolean>
  /** SIGSTOP on the whole recorded tree. Throws FREEZE_UNSUPPORTED on Windows. */
  freeze(): Promise<void>
  /** SIGCONT, to all that it started too, whoever stopped them. */
  thaw(): Promise<void>
  /** The stop ladder: interrupt, 2 s, TERM and CONT, 3 s, KILL of every recorded descendant. Resolves when all are gone. */
  stop(): Promise<ClaudeExit>
  /** What its process tree uses; null when it has ended. */
  usage(): Promise<TreeUsage | null>
}

/** A started `claude` that is no session yet. */
export interface ParkedClaude extends ClaudeProcess {
  /**
   * Makes it the process of a new session. Throws STATE_CONFLICT with the reason, after which it is of no use; nothing was sent
   * to Claude then.
   */
  claim(config: LaunchConfig): Promise<void>
}
