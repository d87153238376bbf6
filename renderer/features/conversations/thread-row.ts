import type { Attachment, ShellBlock } from '../../../shared/domain/attachment.ts'
import type { Image, ToolCall } from '../../../shared/domain/message.ts'
import type { StoredAnswer } from '../../../shared/domain/stored-tool.ts'
import type { ToolData } from '../../../shared/domain/tool-data.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Prompt } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ApprovalOutcome, ThreadApproval } from '../../state/thread-state.ts'
import type { ToolInput } from '../../tools/tool-summary.ts'

/** One tool call with all that is known of it. */
export type ToolView = {
  toolUseId: string
  turnId: string | null
  name: string
  input: ToolInput
  state: ToolCall['state']
  durationMs: number | null
  startedAt: string
  output: string | null
  images: readonly Image[]
  /** The result as data, as far as its text does not say it. */
  data: ToolData | null
  /** The rows of the sub-agent that works for it. */
  children: readonly ThreadRow[]
  /** What became of the request about it, and what was answered; null when nobody was asked. */
  approval: CallAnswer | null
  /** The rule that decided about it. */
  rule: ToolCall['rule'] | null
}

export type CallAnswer = Omit<StoredAnswer, 'outcome'> & { outcome: ApprovalOutcome }

export type UserRow = {
  kind: 'user'
  key: string
  messageId: string
  text: string
  images: readonly Image[]
  attachments: readonly Attachment[]
  turnId: string | null
  /** It went into a turn that was running already. */
  joined: boolean
  at: string
}

/** What was sent, to be sent once more. */
export function promptOf({ text, images, attachments }: UserRow): Prompt {
  return { text, images: images.map(({ mediaType, data }) => ({ mediaType, data })), attachments: [...attachments] }
}
export type TextRow = {
  kind: 'text'
  key: string
  text: string
  live: boolean
  partial: boolean
  turnId: string | null
  /** Null while it streams, and for what a sub-agent says: nothing can go on from there. */
  messageId: string | null
}
export type ThinkingRow = { kind: 'thinking'; key: string; text: string; live: boolean; durationMs: number | null }
export type ToolRow = { kind: 'tool'; key: string; call: ToolView }
export type ApprovalRow = { kind: 'approval'; key: string; entry: ThreadApproval; agent: boolean }
/** A turn that is over: what may be done now and, where it did not end well, what may have happened. */
export type EndRow = {
  kind: 'end'
  key: string
  turn: Turn
  answer: string
  prompt: UserRow | null
  newest: boolean
  toolsUnknown: readonly string[]
}
/** `about`: what Claude Code's own line is about; null for one of ours. `taskId`: of the work in the background that it is about. */
export type NoteRow = {
  kind: 'note'
  key: string
  level: Notice['level']
  text: string
  about: string | null
  taskId: string | null
  /** Of a rewind, which can be undone. */
  rewindId: string | null
  at: string
}
/** A day begins. */
export type DayRow = { kind: 'day'; key: string; at: string }
/** A command that the user ran with `!`. */
export type ShellRow = { kind: 'shell'; key: string; shell: ShellBlock }
export type StatusRow = { kind: 'status'; key: string; turn: Turn; quiet: boolean }

/** One line of the virtual list. Its key stays the same when streamed text becomes a stored message. */
export type ThreadRow = UserRow | TextRow | ThinkingRow | ToolRow | ApprovalRow | EndRow | NoteRow | DayRow | ShellRow | StatusRow
