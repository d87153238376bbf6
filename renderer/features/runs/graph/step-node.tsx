import { Handle, Position, type Node, type NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { StepKind } from '../../../../shared/domain/recipe.ts'
import { RunMark } from '../../../ui/run-mark.tsx'
import { runStateWords, stepKindWords, type RunMarkName } from '../../../words/run-words.ts'

/** A step as the graph shows it. */
export type GraphStep = {
  id: string
  title: string
  kind: StepKind
  /** Absent where nothing runs: a recipe. */
  state?: RunMarkName | undefined
  /** A few words under the title; absent: what kind of step it is. */
  words?: string | undefined
}

export type StepNodeType = Node<GraphStep & { isSelected: boolean; isReached: boolean }, 'step'>

/** One step: how it stands, what it is called, and what there is to say of it. */
export const StepNode = memo(function StepNode({ data }: NodeProps<StepNodeType>) {
  const { id, title, kind, state, words = stepKindWords[kind], isSelected, isReached } = data
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className="step-node"
        data-step={id}
        data-state={state}
        aria-current={isSelected ? 'step' : undefined}
        title={title}
        tabIndex={isReached ? 0 : -1}
      >
        {state && <RunMark state={state} />}
        <span className="step-node-words">
          <span>{title}</span>
          {state && <span className="sr-only">{runStateWords[state]}</span>}
          <small className="figure">{words}</small>
        </span>
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  )
})
