import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Instance, InstanceConfig, InstanceState, PauseMode, PermissionMode } from '../../../shared/domain/instance.ts'
import type { Held } from './process-holder.ts'
import type { TurnRun } from './turn-run.ts'

export type ViewSources = {
  seed: { id: string; createdAt: string }
  config: InstanceConfig
  /** The one that its conversation is in. */
  permissionMode: PermissionMode
  conversationId: string | null
  held: Held | null
  starting: boolean
  run: TurnRun | null
  pause: PauseMode | null
  frozenUntil: number | null
  queued: number
  approvals: number
  stalledSince: string | null
  restartAt: string | null
  skippedLines: number
  turns: number
  lastUsedAt: string | null
  failure: ErrorInfo | null
}

/** The instance as callers see it. Its environment's values stay: the user typed them and edits them here. */
export function viewOf(sources: ViewSources): Instance {
  const { seed, config, permissionMode, conversationId, held, run, pause, frozenUntil, failure } = sources
  return {
    ...config,
    permissionMode,
    id: seed.id,
    state: stateOf(sources),
    ...(pause ? { pause } : {}),
    ...(frozenUntil !== null ? { frozenUntil: new Date(frozenUntil).toISOString() } : {}),
    process: held
      ? {
          pid: held.process.pid,
          origin: held.origin,
          memoryMb: held.usage.memoryMb,
          cpuPercent: held.usage.cpuPercent,
          startedAt: held.process.startedAt.toISOString(),
        }
      : null,
    conversationId,
    queued: sources.queued,
    approvals: sources.approvals,
    activity: run ? run.activity : null,
    busySince: run ? run.turn.startedAt : null,
    stalledSince: sources.stalledSince,
    restartAt: sources.restartAt,
    skippedLines: sources.skippedLines,
    turns: sources.turns,
    lastUsedAt: sources.lastUsedAt,
    ...(failure ? { error: failure } : {}),
    createdAt: seed.createdAt,
  }
}

function stateOf({ held, starting, run, pause, failure, restartAt }: ViewSources): InstanceState {
  if (failure) return 'failed'
  if (pause === 'freeze' || pause === 'park') return 'paused'
  if (run && held) return 'busy'
  if (run || starting || restartAt !== null) return 'starting'
  if (pause === 'hold') return 'paused'
  return held ? 'idle' : 'stopped'
}

/** Why a message waits, for the user to read. `resting`: it waits until the user goes on. */
export function waitingFor({ name, state, pause, restartAt }: Instance, resting: boolean): string {
  if (state === 'failed') return `${name} has failed; press Restart.`
  if (pause === 'hold') return `${name} is held; press Resume.`
  if (pause === 'freeze') return `${name} is frozen; press Resume.`
  if (resting) return pause === 'park' ? `${name} is parked; press Resume.` : `${name} is stopped; press Start.`
  if (restartAt !== null) return `${name} is being restarted.`
  return 'Waits for the running turn.'
}
