import type { Instance, InstanceConfig, InstanceState, PermissionMode } from '../../../shared/domain/instance.ts'
import type { Worktree } from '../../../shared/domain/worktree.ts'
import type { Background } from './background.ts'
import type { LiveState } from './live-state.ts'
import type { ProcessLife } from './process-life.ts'
import type { Tenure } from './tenure.ts'
import type { TurnDriver } from './turn-driver.ts'
import type { UseRecord } from './use-record.ts'

export type ViewSources = {
  seed: { id: string; createdAt: string }
  config: InstanceConfig
  /** The one that its conversation is in. */
  permissionMode: PermissionMode | undefined
  /** The one that was chosen in its conversation, else its own. */
  model: string | undefined
  conversationId: string | null
  life: ProcessLife
  driver: TurnDriver
  use: UseRecord
  background: Background
  approvals: number
  skippedLines: number
  worktree: Worktree | undefined
  tenure: Tenure
}

/** The instance as callers see it. Its environment's values stay: the user typed them and edits them here. */
export function viewOf({
  seed,
  config,
  permissionMode,
  model,
  conversationId,
  life,
  driver,
  use,
  background,
  approvals,
  skippedLines,
  worktree,
  tenure,
}: ViewSources): Instance {
  const { held } = life.holder
  const { run } = driver
  const { mode: pause, frozenUntil } = life.pauses
  const { failure, restartAt } = life.recovery
  return {
    ...config,
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(model === undefined ? {} : { model }),
    id: seed.id,
    state: stateOf(life, driver),
    ...(pause ? { pause } : {}),
    ...(frozenUntil !== null ? { frozenUntil: new Date(frozenUntil).toISOString() } : {}),
    process: held
      ? {
          pid: held.process.pid,
          origin: held.origin,
          memoryMb: held.usage.memoryMb,
          cpuPercent: held.usage.cpuPercent,
          startedAt: held.process.startedAt.toISOString(),
          ...inForce(held.live),
          ...(life.suspended ? { suspended: true } : {}),
        }
      : null,
    conversationId,
    queued: driver.queue.size,
    approvals,
    activity: run ? run.activity : besides(background, approvals, held !== null),
    ...background.view(),
    busySince: run ? run.turn.startedAt : null,
    stalledSince: driver.stalledSince,
    restartAt,
    skippedLines,
    turns: use.turns,
    lastUsedAt: use.lastUsed,
    ...(failure ? { error: failure } : {}),
    ...(worktree === undefined ? {} : { worktree }),
    ...(tenure.made === null ? {} : { madeBy: 'pool' as const }),
    ...leaseOf(tenure),
    createdAt: seed.createdAt,
  }
}

function leaseOf({ lease }: Tenure): Pick<Instance, 'lease'> {
  return lease === null ? {} : { lease: { id: lease.id, by: lease.by, until: lease.until } }
}

type ProcessView = NonNullable<Instance['process']>

function inForce({ model, effort, fastMode, mode }: LiveState): Pick<ProcessView, 'model' | 'effort' | 'fastMode' | 'permissionMode'> {
  return {
    ...(model === null ? {} : { model }),
    ...(effort === null ? {} : { effort }),
    ...(fastMode === null ? {} : { fastMode }),
    ...(mode === null ? {} : { permissionMode: mode }),
  }
}

/** What goes on beside the turns. */
function besides(background: Background, approvals: number, isHeld: boolean): string | null {
  if (!isHeld || background.words === null) return null
  return approvals > 0 ? 'Waiting for your approval' : background.words
}

function stateOf({ holder, pauses, recovery, suspended }: ProcessLife, { run }: TurnDriver): InstanceState {
  if (recovery.failure) return 'failed'
  if (suspended || pauses.mode === 'freeze' || pauses.mode === 'park') return 'paused'
  if (run && holder.held) return 'busy'
  if (run || holder.starting || recovery.restartAt !== null) return 'starting'
  if (pauses.mode === 'hold') return 'paused'
  return holder.held ? 'idle' : 'stopped'
}
