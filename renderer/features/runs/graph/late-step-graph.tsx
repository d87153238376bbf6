import { useEffect, useState, type ComponentType } from 'react'
import type { StepGraphProps } from './step-graph.tsx'

let graph: ComponentType<StepGraphProps> | null = null

/** The graph, whose code is fetched when one is to be seen. Once it is here it is drawn at once. */
export function LateStepGraph(props: StepGraphProps) {
  const [Graph, setGraph] = useState<ComponentType<StepGraphProps> | null>(() => graph)
  const [problem, setProblem] = useState<Error | null>(null)
  useEffect(() => {
    if (Graph) return
    fetchGraph().then(
      (fetched) => setGraph(() => fetched),
      () => setProblem(new Error('The graph couldn’t be loaded. Check that Bullpen is still running.')),
    )
  }, [Graph])
  // The boundary around the screen says so, and offers to try again.
  if (problem) throw problem
  return Graph ? <Graph {...props} /> : <div className="step-graph" aria-busy="true" />
}

async function fetchGraph(): Promise<ComponentType<StepGraphProps>> {
  graph = (await import('./step-graph.tsx')).StepGraph
  return graph
}
