import { Hourglass, RotateCw } from 'lucide-react'
import { formatClock } from '../../words/figures.ts'
import { elapsedOf, useThreadContext } from './thread-context.ts'
import type { StatusRow } from './thread-row.ts'
import { useNow } from '../../ui/use-now.ts'

/** What the running turn is doing while nothing else says it: waiting, starting, thinking, trying again, or silent for too long. */
export function StatusLine({ row }: { row: StatusRow }) {
  const { stalledSince } = useThreadContext()
  const now = useNow(true)
  const { turn } = row
  if (stalledSince !== null) {
    return (
      <p className="status status-warning">
        <Hourglass size={14} strokeWidth={1.75} aria-hidden />
        No output for {formatClock(now - Date.parse(stalledSince))}. Wait, or stop: what has been said is kept.
      </p>
    )
  }
  if (row.quiet) return <div className="status-space" />
  if (turn.retries > 0 && turn.timing.firstTokenMs === null) {
    return (
      <p className="status">
        <RotateCw size={14} strokeWidth={1.75} aria-hidden />
        The model did not answer. Retrying{turn.retries > 1 && ` (${turn.retries})`}
        <span className="figure"> · {formatClock(elapsedOf(turn, now))}</span>
      </p>
    )
  }
  const { allocatedMs, startedMs } = turn.timing
  const words = allocatedMs === null ? 'Waiting for an instance' : startedMs === null ? 'Starting Claude' : 'Working'
  const elapsed = elapsedOf(turn, now)
  return (
    <p className="status">
      <span className="pulse" aria-hidden />
      {words}
      {elapsed >= 2000 && <span className="figure"> · {formatClock(elapsed)}</span>}
    </p>
  )
}
