import { memo } from 'react'
import type { RunSummary } from '../../../shared/domain/run.ts'
import { ui } from '../../state/ui-store.ts'
import { RunMark } from '../../ui/run-mark.tsx'
import { formatCost, formatDuration } from '../../words/figures.ts'
import { whenWords } from '../../words/library-words.ts'
import { causeWords, progressWords, runStateWords, spentWords } from '../../words/run-words.ts'
import { formatFullTime } from '../../words/times.ts'

type RunRowProps = { run: RunSummary; index: number; isCursor: boolean; toCursor: (index: number) => void; now: number }

/** One run: how it stands, what it is, what started it, what it took. */
export const RunRow = memo(function RunRow({ run, index, isCursor, toCursor, now }: RunRowProps) {
  const { id, title, state, cause, error, costUsd, limits, createdAt, endedAt } = run
  const isRunning = state === 'running'
  return (
    <div className="list-row" data-run={id} data-index={index}>
      <span className="list-mark">
        <RunMark state={state} />
      </span>
      <button
        type="button"
        className="list-open run-open"
        tabIndex={isCursor ? 0 : -1}
        title={title}
        onFocus={() => toCursor(index)}
        onClick={() => ui.go({ name: 'run', id })}
      >
        <span>{title}</span>
        <small>{error && state === 'failed' ? error.message : causeWords(cause)}</small>
      </button>
      <span className="run-state" data-state={state}>
        {runStateWords[state]}
      </span>
      <span className="run-progress figure">{progressWords(run)}</span>
      <span className="run-cost figure">
        {spentWords(formatCost(costUsd), limits.costUsd === undefined ? null : formatCost(limits.costUsd))}
      </span>
      <span className="run-took figure">
        {isRunning
          ? formatDuration(Math.max(0, now - Date.parse(createdAt)))
          : endedAt && formatDuration(Date.parse(endedAt) - Date.parse(createdAt))}
      </span>
      <span className="run-when figure" title={formatFullTime(createdAt)}>
        {whenWords(createdAt)}
      </span>
    </div>
  )
})
