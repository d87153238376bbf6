import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { Admission } from '../gate/place.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Background } from './background.ts'
import type { Continued, MessageTask } from './message-task.ts'
import type { ProcessHolder } from './process-holder.ts'
import type { TurnRecorder } from './turn-recorder.ts'

/** What the turns of an instance need of what is around them. */
export type TurnDriverOptions = {
  instanceId: string
  recorder: TurnRecorder
  desk: ApprovalDesk
  holder: ProcessHolder
  channel: (conversationId: string) => ConversationChannel
  config: () => InstanceConfig
  launchConfig: (conversationId: string | null, forkAt?: string | null) => LaunchConfig
  /** What every turn has to pass before its prompt leaves the line. */
  gate: Admission
  /** The conversations in which no message may begin now, each with the reason for the user to read. */
  holds: (conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  background: Background
  /** False while the instance is held, frozen, failed, about to be restarted, or rests until the user goes on. */
  mayWork: () => boolean
  /** A prompt is about to be sent: what is parked is so no longer. */
  wake: () => void
  frozen: () => boolean
  stallSeconds: () => number
  /** Tells whether Claude Code's transcript of a session has the entry. */
  sessionHas: (sessionId: string, cwd: string, uuid: string) => Promise<boolean>
  /** When a turn that failed for this goes on by itself (ISO 8601); null when it does not. */
  goesOnAt: (conversationId: string, error: ErrorInfo) => string | null
  /** What a conversation goes on with after that turn; null when there is nothing left to go on with. */
  continuation: (conversationId: string, turnId: string) => Promise<Continued | null>
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
  onChange: () => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  /** What is open in a conversation has changed: requests that outlived the process that asked. */
  onKept: (conversationId: string) => void
  onNotice: (level: Notice['level'], code: string, message: string) => void
  /** A prompt is on its way to a process that works in that folder, or Claude goes on by itself there. */
  onSent: (turn: Turn, cwd: string, done: Promise<unknown>) => void
  /** A turn of this conversation begins. */
  onTurn: (conversationId: string) => void
  /** The process cannot be started, and the next turn would meet the same. */
  onLastingFailure: (error: ErrorInfo) => void
  /** A message neither waits nor runs any more: its turn is on disk, or it never began. */
  onTaskOver: (task: MessageTask) => void
  /** Ends a process that was started for one piece of work alone. */
  endOwn: () => Promise<void>
  /** A turn is on disk; awaited before the next one begins. */
  onTurnEnded: (turn: Turn) => Promise<void>
}
