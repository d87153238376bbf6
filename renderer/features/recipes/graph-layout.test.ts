import { expect, test } from 'vitest'
import { nodeSize, placedGraph } from './graph-layout.ts'

const node = (id: string, level: number) => ({ id, level, kind: 'ask' as const, title: id, line: 1 })

test('each step is below what it waits for, and none on another', () => {
  const graph = {
    nodes: [node('a', 0), node('b', 1), node('c', 1), node('d', 2)],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'b', to: 'd' },
      { from: 'c', to: 'd' },
      { from: 'gone', to: 'd' },
    ],
  }
  const { nodes, edges, width, height } = placedGraph(graph)
  const at = Object.fromEntries(nodes.map((one) => [one.id, one]))
  expect(at['b']?.y).toBeGreaterThanOrEqual((at['a']?.y ?? 0) + nodeSize.height)
  expect(at['c']?.x).toBeGreaterThanOrEqual((at['b']?.x ?? 0) + nodeSize.width)
  expect(edges).toHaveLength(4)
  expect(Math.max(...nodes.map(({ x }) => x)) + nodeSize.width).toBeLessThanOrEqual(width)
  expect(Math.max(...nodes.map(({ y }) => y)) + nodeSize.height).toBe(height)
})

test('of thousands the first are drawn; none at all is drawn too', () => {
  const many = placedGraph({ nodes: Array.from({ length: 5_000 }, (_, index) => node(`s${index}`, index)), edges: [] })
  expect([many.nodes.length, many.left]).toEqual([600, 4_400])
  expect(placedGraph({ nodes: [], edges: [] })).toMatchObject({ nodes: [], edges: [] })
})
