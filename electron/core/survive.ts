import type { Log } from './log.ts'
import type { Problems } from './storage/problems.ts'
import { reasonOf } from './storage/problems.ts'
import { stuckThreads } from './threads/stuck.ts'

/**
 * Keeps the app alive through what nobody caught: it is logged and told, and everything else goes on. The answer takes that back.
 * To be called by whoever owns the process, once there is a core.
 */
export function survive({ log, watch }: { log: Log; watch: { problems: Problems } }): () => void {
  const take = (kind: string) => (thrown: unknown) => {
    log.error({ err: thrown, kind }, 'an error that nobody caught')
    watch.problems.raise('unexpected', {
      message: `An unexpected error happened inside Bullpen: ${reasonOf(thrown)}. Everything else keeps running; the log in the data folder says more.`,
      dismissible: true,
    })
  }
  const uncaught = take('exception')
  const unhandled = take('rejection')
  process.on('uncaughtException', uncaught)
  process.on('unhandledRejection', unhandled)
  return () => {
    process.off('uncaughtException', uncaught)
    process.off('unhandledRejection', unhandled)
  }
}

/**
 * Ends the process as the system ends one where a thread of it cannot be ended, for example in a read that never answers: its usual end
 * would wait for that for ever. Does nothing else.
 */
export function endIfStuck(): void {
  if (stuckThreads() > 0) process.kill(process.pid, 'SIGKILL')
}

/** Whoever reads our output may go away: what is written then is lost, and nothing else is. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
