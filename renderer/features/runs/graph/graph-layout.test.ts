import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layoutSteps, nodeSize, type StepLinks } from './graph-layout.ts'

function chain(length: number): StepLinks {
  const ids = Array.from({ length }, (_, at) => `s${at}`)
  return { ids, edges: ids.slice(1).map((to, at) => ({ from: `s${at}`, to })) }
}

test('a chain goes straight down', () => {
  const { places, width, height } = layoutSteps(chain(4))
  expect([...places.values()].map(({ x }) => x)).toEqual([0, 0, 0, 0])
  expect([...places.values()].map(({ y }) => y)).toEqual([0, 96, 192, 288])
  expect({ width, height }).toEqual({ width: nodeSize.width, height: 340 })
})

test('what comes after several stands below their middle', () => {
  const ids = ['a', 'b', 'c', 'end']
  const { places } = layoutSteps({ ids, edges: ['a', 'b', 'c'].map((from) => ({ from, to: 'end' })) })
  expect(places.get('end')?.x).toBe(places.get('b')?.x)
  expect(places.get('a')?.y).toBe(places.get('c')?.y)
})

test('an edge over several layers goes around what stands between', () => {
  const { ids, edges } = chain(4)
  const { places, bends } = layoutSteps({ ids, edges: [...edges, { from: 's0', to: 's3' }] })
  const [first, second] = bends.get('s0 s3') ?? []
  for (const [id, bend] of [
    ['s1', first],
    ['s2', second],
  ] as const) {
    const left = places.get(id)?.x ?? 0
    expect((bend?.x ?? 0) < left || (bend?.x ?? 0) > left + nodeSize.width).toBe(true)
  }
})

test('nothing lies on anything else, and all is below what it needs', () => {
  const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 40 }).map((needs) => ({
    ids: needs.map((_, at) => `s${at}`),
    edges: needs.flatMap((list, at) => (at === 0 ? [] : list.map((need) => ({ from: `s${need % at}`, to: `s${at}` })))),
  }))
  fc.assert(
    fc.property(graphs, (graph) => {
      const { places, width, height } = layoutSteps(graph)
      for (const { from, to } of graph.edges) expect(places.get(to)?.y ?? 0).toBeGreaterThan(places.get(from)?.y ?? 0)
      const all = [...places.values()]
      for (const [at, { x, y }] of all.entries()) {
        expect(x >= 0 && x + nodeSize.width <= width + 1 && y + nodeSize.height <= height).toBe(true)
        for (const other of all.slice(at + 1)) expect(other.y !== y || Math.abs(other.x - x) >= nodeSize.width).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

test('circles, strangers and doubles do not keep it from ending', () => {
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
    { from: 'x', to: 'c' },
    { from: 'c', to: 'd' },
    { from: 'c', to: 'd' },
  ]
  const { places } = layoutSteps({ ids: ['a', 'b', 'c', 'd'], edges })
  expect(places.size).toBe(4)
  expect(places.get('a')?.y).toBe(192)
  expect(layoutSteps({ ids: [], edges: [] })).toMatchObject({ width: 0, height: 0 })
})
