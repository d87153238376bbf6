import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { Worktree } from '../../../shared/domain/worktree.ts'
import type { Launch } from '../claude/launch.ts'
import type { ModelUsage } from '../claude/turn-account.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { Admission } from '../gate/place.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { AccountNews } from './account-watch.ts'
import type { Expand } from './launch-config.ts'
import type { KnownModels } from './live-changes.ts'
import type { Continued, MessageTask } from './message-task.ts'
import type { WorkWatch } from './work-watch.ts'
import type { TurnRecorder } from './turn-recorder.ts'

/** A process that ended by itself, in a turn or between turns. `restarts`: it is started again by itself. */
export type Crash = { instanceId: string; conversationId: string | null; turnId: string | null; restarts: boolean }

export type InstanceDeps = {
  clock: Clock
  recorder: TurnRecorder
  desk: ApprovalDesk
  launch: Launch
  /** What its configuration names beyond itself. */
  expand: Expand
  channel: (conversationId: string) => ConversationChannel
  stallSeconds: () => number
  /** Told who works where. */
  work: WorkWatch
  models: KnownModels
  accounts: AccountNews
  /** Tells whether Claude Code's transcript of a session has the entry. */
  sessionHas: (sessionId: string, cwd: string, uuid: string) => Promise<boolean>
  /** When a turn that failed for this goes on by itself (ISO 8601); null when it does not. */
  goesOnAt: (conversationId: string, error: ErrorInfo) => string | null
  /** What a conversation goes on with after that turn; null when there is nothing left to go on with. */
  continuation: (conversationId: string, turnId: string) => Promise<Continued | null>
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
  /** A turn has ended; awaited before the next one begins. */
  betweenTurns: (instanceId: string) => Promise<void>
  /** What every turn has to pass before its prompt leaves the line. */
  gate: Admission
  /** The conversations of an instance in which no waiting message may begin now, each with the reason for the user to read. */
  holds: (instanceId: string, conversationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** The worktree that was made for an instance, while its folder is in it. */
  worktreeOf: (instanceId: string, cwd: string) => Worktree | undefined
  /** Why the folder of an instance is not to be worked in yet, for the user to read; null: it is. */
  unprepared: (instanceId: string, cwd: string) => string | null
  /** The view has changed. */
  onChange: (instanceId: string) => void
  /** The slash commands of its process are others now. */
  onCommands: (instanceId: string) => void
  /** A message neither waits nor runs any more: its turn is on disk, or it never began. */
  onTaskOver: (task: MessageTask) => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  /** What is open in a conversation has changed: requests that outlived the process that asked. */
  onKept: (conversationId: string) => void
  onNotice: (notice: Notice) => void
  /** What waits goes on by itself from now on; resolves when that is on disk. */
  onGoesOn: () => Promise<void>
  /** What a turn that runs has used so far. */
  onSpending?: ((turnId: string, models: readonly ModelUsage[]) => void) | undefined
  /** The process has ended by itself. */
  onCrash: (crash: Crash) => void
}
