import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import type { Point } from './graph-layout.ts'

export type StepEdgeType = Edge<{ bends: readonly Point[] }, 'step'>

/** From a step to one that needs it, around what stands between. */
export const StepEdge = memo(function StepEdge({ id, sourceX, sourceY, targetX, targetY, data, markerEnd }: EdgeProps<StepEdgeType>) {
  const points = [{ x: sourceX, y: sourceY }, ...(data?.bends ?? []), { x: targetX, y: targetY }]
  return <BaseEdge id={id} path={pathThrough(points)} {...(markerEnd === undefined ? {} : { markerEnd })} />
})

/** Leaves and reaches each point straight down. */
function pathThrough([first, ...rest]: readonly Point[]): string {
  if (!first) return ''
  let from = first
  const curves = rest.map((to) => {
    const middle = (from.y + to.y) / 2
    const curve = `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`
    from = to
    return curve
  })
  return `M${first.x} ${first.y}${curves.join('')}`
}
