import type { Origin } from '../../../shared/domain/turn.ts'
import type { ClaudeExit, ClaudeListener } from './claude-event.ts'
import type { ClaudeProcess, LaunchConfig } from './claude-process.ts'

/**
 * Starts a process, or hands over one that was kept warm; `instead`: in the place of one that was let go just now, whose memory it
 * takes over. Throws an AppError that says why not.
 */
export type Launch = (
  config: LaunchConfig,
  listener: ClaudeListener,
  signal: AbortSignal,
  instead?: boolean,
) => Promise<{ process: ClaudeProcess; origin: Origin }>

/** What decides whether two launches could serve each other; the session is not part of it. */
export function launchKey(config: LaunchConfig): string {
  const { resume: _resume, forkAt: _forkAt, fallbackCwd: _fallbackCwd, ...rest } = config
  return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => a.localeCompare(b)))
}

/** How a process ended, as the middle of a sentence: ` (exit code 1: last words)`. */
export function exitWords(exit: ClaudeExit): string {
  const how = exit.signal ? `signal ${exit.signal}` : exit.exitCode === null ? '' : `exit code ${exit.exitCode}`
  const said = exit.stderrTail.trim().replace(/\s+/g, ' ').slice(-300)
  const words = [how, said].filter((part) => part !== '').join(': ')
  return words === '' ? '' : ` (${words})`
}
