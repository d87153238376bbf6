import type { RecipeGraph } from '../../../shared/domain/recipe.ts'

export const nodeSize = { width: 148, height: 34 }
const gap = { x: 12, y: 26 }
/** More than these are drawn for nobody. */
const mostNodes = 600

type GraphNode = RecipeGraph['nodes'][number]
export type PlacedNode = GraphNode & { x: number; y: number }
export type PlacedGraph = { nodes: PlacedNode[]; edges: { id: string; path: string }[]; width: number; height: number; left: number }

/** Steps in rows: each below all that it waits for, those at the same depth beside each other. */
export function placedGraph({ nodes, edges }: RecipeGraph): PlacedGraph {
  const drawn = nodes.slice(0, mostNodes)
  const rows = new Map<number, number>()
  const columns = drawn.map(({ level }) => {
    const column = rows.get(level) ?? 0
    rows.set(level, column + 1)
    return column
  })
  const most = Math.max(1, ...rows.values())
  const width = most * (nodeSize.width + gap.x) - gap.x
  const height = (Math.max(0, ...rows.keys()) + 1) * (nodeSize.height + gap.y) - gap.y
  const placed = drawn.map((node, index) => {
    const beside = rows.get(node.level) ?? 1
    const rowWidth = beside * (nodeSize.width + gap.x) - gap.x
    const x = (width - rowWidth) / 2 + (columns[index] ?? 0) * (nodeSize.width + gap.x)
    return { ...node, x, y: node.level * (nodeSize.height + gap.y) }
  })
  const byId = new Map(placed.map((node) => [node.id, node]))
  const lines = edges.flatMap(({ from, to }) => {
    const [first, then] = [byId.get(from), byId.get(to)]
    return first && then && first !== then ? [{ id: `${from} ${to}`, path: pathBetween(first, then) }] : []
  })
  return { nodes: placed, edges: lines, width, height, left: nodes.length - drawn.length }
}

function pathBetween(from: PlacedNode, to: PlacedNode): string {
  const [x1, y1] = [from.x + nodeSize.width / 2, from.y + nodeSize.height]
  const [x2, y2] = [to.x + nodeSize.width / 2, to.y]
  const bend = gap.y / 2
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
}
