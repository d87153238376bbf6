import type { Origin } from '../../../shared/domain/turn.ts'
import type { ClaudeExit, ClaudeListener } from './claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from './claude-process.ts'

/**
 * Where the memory of a new process comes from: it waits for some, it was granted some when its turn was let in, or it takes over that
 * of a process which was let go just now.
 */
export type MemoryClaim = 'waits' | 'granted' | 'taken-over'

/** Starts a process, or hands over one that was kept warm. Throws an AppError that says why not. */
export type Launch = (
  config: LaunchConfig,
  listener: ClaudeListener,
  signal: AbortSignal,
  memory?: MemoryClaim,
) => Promise<{ process: ClaudeProcess; origin: Origin }>

/** What of a launch can be changed in a process that runs. */
export type LiveConfig = Pick<LaunchConfig, 'model' | 'permissionMode' | 'effort' | 'fastMode'>

/** What decides whether two launches could serve each other; neither the session nor what is told to a running process is part of it. */
export function launchKey(config: LaunchConfig): string {
  const { effort: _effort, fastMode: _fastMode, ...rest } = config
  return keyOf(rest)
}

/** What a process is bound to for its whole life: everything that it was started with and that cannot be changed while it runs. */
export function boundKey(config: LaunchConfig): string {
  const { model: _model, permissionMode: _permissionMode, effort: _effort, fastMode: _fastMode, ...rest } = config
  return keyOf(rest)
}

function keyOf(config: Omit<LaunchConfig, 'effort'>): string {
  const { resume: _resume, forkAt: _forkAt, resumeAt: _resumeAt, fallbackCwd: _fallbackCwd, own: _own, ...rest } = config
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => a.localeCompare(b)))
}

/** How a process ended, as the middle of a sentence: ` (exit code 1: last words)`. */
export function exitWords(exit: ClaudeExit): string {
  const how = exit.signal ? `signal ${exit.signal}` : exit.exitCode === null ? '' : `exit code ${exit.exitCode}`
  const said = exit.stderrTail.trim().replace(/\s+/g, ' ').slice(-300)
  const words = [how, said].filter((part) => part !== '').join(': ')
  return words === '' ? '' : ` (${words})`
}
