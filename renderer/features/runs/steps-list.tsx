import { useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { Run, RunStep } from '../../../shared/domain/run.ts'
import { focusInRow, rowOfKey } from '../../ui/list-keys.ts'
import { RunMark } from '../../ui/run-mark.tsx'
import { useNow } from '../../ui/use-now.ts'
import { formatCost, formatCount } from '../../words/figures.ts'
import { runStateWords, tokensOf } from '../../words/run-words.ts'
import { stepLine, stepTook } from './step-words.ts'
import '../../ui/list-row.css'

type StepsListProps = { run: Run; selected: string | null; onOpen: (id: string) => void }

/** The steps of a run, one a line, in the order of the recipe. */
export function StepsList({ run, selected, onOpen }: StepsListProps) {
  const { steps } = run
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(() =>
    Math.max(
      0,
      steps.findIndex(({ id }) => id === selected),
    ),
  )
  const now = useNow(run.endedAt === null)
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys are those of the rows' buttons
    <div
      ref={frame}
      className="list-frame"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        const to = rowOfKey(event.key, cursor, steps.length)
        if (to === undefined) return
        event.preventDefault()
        const index = Math.max(0, Math.min(to, steps.length - 1))
        setCursor(index)
        list.current?.scrollIntoView({ index, done: () => focusInRow(frame.current, index, '.step-open') })
      }}
    >
      <Virtuoso
        ref={list}
        className="list-rows"
        data={steps}
        computeItemKey={(_, step) => step.id}
        fixedItemHeight={46}
        increaseViewportBy={300}
        initialTopMostItemIndex={cursor}
        itemContent={(index, step) => (
          <StepRow
            step={step}
            index={index}
            isSelected={step.id === selected}
            isCursor={index === cursor}
            toCursor={setCursor}
            onOpen={onOpen}
            now={now}
          />
        )}
        tabIndex={-1}
      />
    </div>
  )
}

type StepRowProps = {
  step: RunStep
  index: number
  isSelected: boolean
  isCursor: boolean
  toCursor: (index: number) => void
  onOpen: (id: string) => void
  now: number
}

function StepRow({ step, index, isSelected, isCursor, toCursor, onOpen, now }: StepRowProps) {
  const { id, title, state, attempts, usage, costUsd } = step
  const tokens = tokensOf(usage)
  return (
    <div className="list-row" data-step-row={id} data-index={index} data-looked-at={isSelected}>
      <span className="list-mark">
        <RunMark state={state} />
      </span>
      <button
        type="button"
        className="list-open step-open"
        tabIndex={isCursor ? 0 : -1}
        aria-expanded={isSelected}
        title={title}
        onFocus={() => toCursor(index)}
        onClick={() => onOpen(id)}
      >
        <span>{title}</span>
        <small>{stepLine(step)}</small>
      </button>
      <span className="run-state" data-state={state}>
        {runStateWords[state]}
      </span>
      <span className="step-attempts figure">{attempts > 1 && `${attempts.toLocaleString('en-US')} turns`}</span>
      <span className="step-took figure">{stepTook(step, now)}</span>
      <span className="step-tokens figure">{tokens > 0 && formatCount(tokens)}</span>
      <span className="step-cost figure">{costUsd > 0 && formatCost(costUsd)}</span>
    </div>
  )
}
