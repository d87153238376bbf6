import type { RunDriver } from './run-driver.ts'
import type { RunRecord } from './run-record.ts'

/** Those that have not ended, by their ids. */
type Live = ReadonlyMap<string, RunDriver>

/** The run that it is nested in, whose limits count for it too; undefined where it is in none, or that one has ended. */
export function around({ header: { cause } }: RunRecord, live: Live): RunDriver | undefined {
  return cause.kind === 'run' ? live.get(cause.runId) : undefined
}

/** A run that it is nested in is paused. */
export function isHeld(run: RunRecord, live: Live): boolean {
  const outer = around(run, live)?.run
  return outer !== undefined && (outer.isPaused || isHeld(outer, live))
}
