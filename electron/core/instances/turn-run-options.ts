import type { AppError, ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { TurnChoice } from '../../../shared/domain/turn.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { GoesOn, TurnRecorder } from './turn-recorder.ts'

/** What one turn needs of what is around it. */
export type TurnRunOptions = {
  turnId: string
  conversationId: string
  instanceId: string
  /** On the monotonic clock: when the prompt was accepted. */
  acceptedAt: number
  /** Claude began it by itself, and why where that is known. */
  unprompted?: { cause: string | null } | undefined
  /** When a turn that failed for this goes on by itself; null: it does not. */
  goesOnAt?: ((error: ErrorInfo) => string | null) | undefined
  /** Has it go on then; what is to be done for that is on disk when this resolves. Never rejects. */
  goOnLater?: ((goesOn: GoesOn) => Promise<void>) | undefined
  /** Nothing of it is written before this has settled: the end of the turn before. */
  after?: Promise<unknown> | undefined
  /** How the pool found the instance; undefined when nobody had to choose. */
  choice?: TurnChoice | undefined
  recorder: TurnRecorder
  channel: ConversationChannel
  desk: ApprovalDesk
  /** Something the sidebar shows has changed. */
  onChange: () => void
  onApproval: (approval: Approval, outcome: ApprovalOutcome, decision?: Decision) => void
  /** The record cannot be written any more: the turn must not go on. */
  onUnwritable: (error: AppError) => void
}
