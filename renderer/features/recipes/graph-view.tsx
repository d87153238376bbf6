import { memo, useMemo } from 'react'
import type { RecipeGraph } from '../../../shared/domain/recipe.ts'
import { nodeSize, placedGraph, type PlacedNode } from './graph-layout.ts'
import { kindWords } from './kind-words.ts'

export type GraphViewProps = { graph: RecipeGraph; onStep: (line: number) => void }

/** The steps of a recipe and what each waits for. A step leads to its line. */
export const GraphView = memo(function GraphView({ graph, onStep }: GraphViewProps) {
  const { nodes, edges, width, height, left } = useMemo(() => placedGraph(graph), [graph])
  if (nodes.length === 0) return <p className="recipe-none">Steps appear here as you write them.</p>
  return (
    <>
      <div className="recipe-graph" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden>
          {edges.map(({ id, path }) => (
            <Edge key={id} path={path} />
          ))}
        </svg>
        <ol aria-label="Steps">
          {nodes.map(({ id, kind, title, line, x, y }, index) => (
            // By its place: while an id is typed, it is the same step.
            <Step key={index} id={id} kind={kind} title={title} line={line} x={x} y={y} onStep={onStep} />
          ))}
        </ol>
      </div>
      {left > 0 && <p className="recipe-none">And {left.toLocaleString()} more steps.</p>}
    </>
  )
})

/** Drawn anew only where it has changed: a key changes one of hundreds. */
const Step = memo(function Step({ id, kind, title, line, x, y, onStep }: Omit<PlacedNode, 'level'> & Pick<GraphViewProps, 'onStep'>) {
  return (
    <li style={{ transform: `translate(${x}px, ${y}px)`, ...nodeSize }}>
      <button type="button" title={title} onClick={() => onStep(line)}>
        <b>{id}</b>
        <small>{kindWords[kind]}</small>
      </button>
    </li>
  )
})

const Edge = memo(function Edge({ path }: { path: string }) {
  return <path d={path} />
})
