import { useMemo } from 'react'
import type { Run, RunStep } from '../../../shared/domain/run.ts'
import { formatCost } from '../../words/figures.ts'
import { itemsWords, stepKindWords } from '../../words/run-words.ts'
import { LateStepGraph } from './graph/late-step-graph.tsx'

type RunStepsGraphProps = { run: Run; selected: string | null; onOpen: (id: string) => void }

/** The steps of a run, each below those that it needs. */
export function RunStepsGraph({ run, selected, onOpen }: RunStepsGraphProps) {
  const { steps } = run
  const drawn = useMemo(
    () => steps.map((step) => ({ id: step.id, title: step.title, kind: step.kind, state: step.state, words: graphWords(step) })),
    [steps],
  )
  const edges = useMemo(() => steps.flatMap(({ id, needs }) => needs.map((from) => ({ from, to: id }))), [steps])
  return <LateStepGraph steps={drawn} edges={edges} label={`Steps of ${run.title}`} selected={selected} onOpen={onOpen} />
}

function graphWords({ kind, items, consensus, attempts, costUsd }: RunStep): string {
  if (items && items.total > 0) return itemsWords(items)
  if (consensus) return consensus.decision ?? 'No decision'
  const parts = [
    stepKindWords[kind],
    attempts > 1 ? `${attempts.toLocaleString('en-US')} turns` : null,
    costUsd > 0 ? formatCost(costUsd) : null,
  ]
  return parts.filter((part) => part !== null).join(' · ')
}
