import { MarkerType, ReactFlow, ReactFlowProvider, useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { Maximize, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { edgeKey, layoutSteps, nodeSize, type GraphLayout } from './graph-layout.ts'
import { StepEdge, type StepEdgeType } from './step-edge.tsx'
import { StepNode, type GraphStep, type StepNodeType } from './step-node.tsx'
import './step-graph.css'

export type StepGraphProps = {
  steps: readonly GraphStep[]
  /** `to` comes after `from`. */
  edges: readonly { from: string; to: string }[]
  /** What the graph is of. */
  label: string
  selected?: string | null
  onOpen: (id: string) => void
}

const nodeTypes = { step: StepNode }
const edgeTypes = { step: StepEdge }
const zoom = { least: 0.08, readable: 0.6, most: 1.5 }
const margin = 24

/** Steps and what each waits for, from top to bottom. Arrow keys go from step to step, Enter opens one. */
export function StepGraph(props: StepGraphProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  )
}

function Graph({ steps, edges, label, selected = null, onOpen }: StepGraphProps) {
  const layout = useLayout(steps, edges)
  const [reached, setReached] = useState<string | null>(selected)
  const nodes = useNodes(steps, { layout, selected, reached: reached ?? selected ?? steps[0]?.id ?? null })
  const drawnEdges = useEdges(edges, layout)
  const frame = useRef<HTMLDivElement>(null)
  const { begin, fit, show } = useView(layout, frame)
  useMiddleKept()
  const open = (event: MouseEvent) => {
    const id = stepOf(event.target)
    if (id === null) return
    setReached(id)
    onOpen(id)
  }
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
    const at = steps.findIndex(({ id }) => id === stepOf(event.target))
    const next = by === undefined || at < 0 ? undefined : steps[at + by]
    if (!next) return
    event.preventDefault()
    setReached(next.id)
    show(next.id)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- its steps are buttons; one listener serves all of them
    <div ref={frame} className="step-graph" onClick={open} onKeyDown={move}>
      <ReactFlow<StepNodeType, StepEdgeType>
        nodes={nodes}
        edges={drawnEdges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        aria-label={label}
        onInit={begin}
        minZoom={zoom.least}
        maxZoom={zoom.most}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        onlyRenderVisibleElements
        panOnScroll
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        proOptions={{ hideAttribution: true }}
      />
      <div className="step-graph-tools">
        <Zoom />
        <IconButton label="Fit to window" icon={Maximize} onClick={fit} />
      </div>
    </div>
  )
}

function Zoom() {
  const { zoomIn, zoomOut } = useReactFlow()
  return (
    <>
      <IconButton label="Zoom in" icon={ZoomIn} onClick={() => void zoomIn()} />
      <IconButton label="Zoom out" icon={ZoomOut} onClick={() => void zoomOut()} />
    </>
  )
}

/** Anew only where other steps or edges are there, not when a step goes on. */
function useLayout(steps: readonly GraphStep[], edges: StepGraphProps['edges']): GraphLayout {
  const ids = steps.map(({ id }) => id).join('\n')
  const links = edges.map(({ from, to }) => edgeKey(from, to)).join('\n')
  return useMemo(
    () =>
      layoutSteps({
        ids: ids.split('\n').filter((id) => id !== ''),
        edges: links.split('\n').flatMap((link) => {
          const [from, to] = link.split(' ')
          return from !== undefined && to !== undefined ? [{ from, to }] : []
        }),
      }),
    [ids, links],
  )
}

type NodesOf = { layout: GraphLayout; selected: string | null; reached: string | null }

/** A step that has not changed keeps its node, so it is not drawn again. */
function useNodes(steps: readonly GraphStep[], { layout, selected, reached }: NodesOf): StepNodeType[] {
  const [keeper] = useState(() => new NodeKeeper())
  return useMemo(
    () =>
      keeper.keep(
        steps.map((step) => {
          const position = layout.places.get(step.id) ?? { x: 0, y: 0 }
          const data = { ...step, isSelected: step.id === selected, isReached: step.id === reached }
          return { id: step.id, type: 'step' as const, position, data, ...nodeSize }
        }),
      ),
    [keeper, steps, layout, selected, reached],
  )
}

/** Knows the nodes that were drawn last. */
class NodeKeeper {
  #known = new Map<string, StepNodeType>()

  /** The nodes, each as it was drawn last where it has not changed. */
  keep(nodes: readonly StepNodeType[]): StepNodeType[] {
    const kept = nodes.map((node) => {
      const known = this.#known.get(node.id)
      return known && isSame(known, node) ? known : node
    })
    this.#known = new Map(kept.map((node) => [node.id, node]))
    return kept
  }
}

function isSame(a: StepNodeType, b: StepNodeType): boolean {
  const { title, state, words, kind, isSelected, isReached } = a.data
  return (
    title === b.data.title &&
    state === b.data.state &&
    words === b.data.words &&
    kind === b.data.kind &&
    isSelected === b.data.isSelected &&
    isReached === b.data.isReached &&
    a.position.x === b.position.x &&
    a.position.y === b.position.y
  )
}

function useEdges(edges: StepGraphProps['edges'], { bends, places }: GraphLayout): StepEdgeType[] {
  return useMemo(() => {
    const drawn = new Map<string, StepEdgeType>()
    for (const { from, to } of edges) {
      const id = edgeKey(from, to)
      if (!places.has(from) || !places.has(to)) continue
      const data = { bends: bends.get(id) ?? [] }
      drawn.set(id, {
        id,
        type: 'step',
        source: from,
        target: to,
        data,
        markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
      })
    }
    return [...drawn.values()]
  }, [edges, bends, places])
}

/** What of the graph is seen: at first its top, as large as it can be read; a step that is gone to comes into view. */
function useView(
  layout: GraphLayout,
  frame: { current: HTMLElement | null },
): { begin: () => void; fit: () => void; show: (id: string) => void } {
  const { setViewport, setCenter, getZoom } = useReactFlow()
  const store = useStoreApi()
  const wanted = useRef<string | null>(null)
  const viewAt = (least: number) => {
    const { width, height } = store.getState()
    const share = Math.min((width - 2 * margin) / Math.max(1, layout.width), (height - 2 * margin) / Math.max(1, layout.height))
    const scale = Math.min(1, Math.max(least, share))
    void setViewport({ x: (width - layout.width * scale) / 2, y: margin, zoom: scale })
  }
  useEffect(() => {
    const id = wanted.current
    const step = id === null ? null : frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"]`)
    if (!step) return
    wanted.current = null
    step.focus({ preventScroll: true })
  })
  return {
    begin: () => viewAt(zoom.readable),
    fit: () => viewAt(zoom.least),
    show: (id) => {
      const place = layout.places.get(id)
      if (!place) return
      wanted.current = id
      const step = frame.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"]`)
      if (step && isInside(step, frame.current)) {
        wanted.current = null
        step.focus({ preventScroll: true })
      } else void setCenter(place.x + nodeSize.width / 2, place.y + nodeSize.height / 2, { zoom: getZoom() })
    },
  }
}

/** What is in the middle stays there when something opens beside the graph. */
function useMiddleKept(): void {
  const { getViewport, setViewport } = useReactFlow()
  const width = useStore((state) => state.width)
  const before = useRef(0)
  useEffect(() => {
    const change = before.current === 0 ? 0 : width - before.current
    before.current = width
    if (change === 0) return
    const { x, y, zoom: scale } = getViewport()
    void setViewport({ x: x + change / 2, y, zoom: scale })
  }, [width, getViewport, setViewport])
}

function isInside(step: HTMLElement, frame: HTMLElement | null): boolean {
  const [box, all] = [step.getBoundingClientRect(), frame?.getBoundingClientRect()]
  return all !== undefined && box.top >= all.top && box.bottom <= all.bottom && box.left >= all.left && box.right <= all.right
}

function stepOf(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-step]')?.dataset['step'] ?? null) : null
}
