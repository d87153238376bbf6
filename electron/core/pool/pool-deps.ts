import type { Approval, ApprovalOutcome } from '../../../shared/domain/approval.ts'
import type { PoolEvent } from '../../../shared/domain/event.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { PoolPolicy } from '../../../shared/domain/pool.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { EventLog } from '../events/event-log.ts'
import type { InstanceDeps } from '../instances/instance-deps.ts'
import type { Standing } from '../instances/standing.ts'
import type { JsonStore } from '../storage/json-store.ts'
import type { Clock } from '../clock/awake-clock.ts'
import type { AffinityFile } from './affinity.ts'
import type { SessionLookup } from './continuation.ts'
import type { CheckBudget } from './dispatch.ts'
import type { FolderMovesDeps } from './folder-moves.ts'
import type { ConfigFor } from './growth.ts'
import type { LateAnswersDeps } from './late-answers.ts'
import type { InstanceFile } from './instance-file.ts'
import type { InstanceRosterDeps } from './instance-roster.ts'
import type { SparesDeps } from '../processes/spares.ts'
import type { TaskStoreDeps } from '../queue/task-store.ts'

export type PoolDeps = {
  file: JsonStore<InstanceFile>
  policy: JsonStore<PoolPolicy>
  affinity: JsonStore<AffinityFile>
  /** Opens the queue's log. */
  openQueue: TaskStoreDeps['open']
  conversations: ConversationStore
  /** What was decided before and holds. */
  standing: Standing
  events: EventLog<PoolEvent>
  /** What a configuration names beyond itself: saved MCP servers and secrets. */
  expand: InstanceDeps['expand']
  /** Throws BAD_REQUEST for what an instance names and is not there. */
  checkConfig: InstanceRosterDeps['checkConfig']
  /** Starts a process. */
  start: SparesDeps['start']
  /** Starts one that takes its folder later. */
  park: SparesDeps['park']
  clock: Clock
  configFor: ConfigFor
  /** Throws when there is no `claude` to run. */
  locateClaude: () => Promise<unknown>
  sessionHas: SessionLookup
  /** Writes a changed plan to the file that Claude Code has given it; false where that cannot be done. Never rejects. */
  savePlan: LateAnswersDeps['savePlan']
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
  copySession: FolderMovesDeps['copySession']
  stallSeconds: () => number
  /** Whether conversations go on by themselves after a usage limit. */
  goOnAfterLimit: () => boolean
  worktreeOf: InstanceDeps['worktreeOf']
  unprepared: InstanceDeps['unprepared']
  /** Where a folder is now, if it was moved; else the folder. Never rejects. */
  follow: (cwd: string) => Promise<string>
  work: InstanceDeps['work']
  models: InstanceDeps['models']
  accounts: InstanceDeps['accounts']
  checkBudget: CheckBudget
  /** What of that is said of messages that wait already. */
  holds: InstanceDeps['holds']
  /** Work of the queue was handed in, or has changed. */
  onTasks?: (tasks: readonly Task[]) => void
  /** A message neither waits nor runs any more: its turn is on disk, or (`withdrawn`) it never began. */
  onMessageOver?: (message: { taskId: string; withdrawn: boolean }) => void
  /** An instance has changed in some way. */
  onInstance?: (instanceId: string) => void
  onInstanceRemoved?: (instanceId: string) => void
  /** The slash commands of an instance's process are others now. */
  onCommands?: (instanceId: string) => void
  /** An approval waits, or does so no more. */
  onApproval?: (approval: Approval, outcome: ApprovalOutcome) => void
  /** What a turn that runs has used so far. */
  onSpending?: InstanceDeps['onSpending']
  /** A process has ended by itself. */
  onCrash: InstanceDeps['onCrash']
}
