/** What is drawn: things, and which of them come before which. */
export type StepLinks = { ids: readonly string[]; edges: readonly { from: string; to: string }[] }

export type Point = { x: number; y: number }

export type GraphLayout = {
  /** The upper left corner of each. */
  places: ReadonlyMap<string, Point>
  /** Where an edge passes between things on its way down, after its start and before its end. */
  bends: ReadonlyMap<string, readonly Point[]>
  width: number
  height: number
}

export const nodeSize = { width: 196, height: 52 }
const gap = { x: 28, y: 44 }
/** What an edge takes where it passes a layer. */
const passing = 12
/** Further edges take the straight way. */
const mostPassings = 3_000
const sweeps = 4

/** One place of a layer: a thing, or an edge that passes. */
type Cell = { id: string; width: number; above: Cell[]; below: Cell[]; x: number; order: number }

/** How an edge is called among `bends`. */
export function edgeKey(from: string, to: string): string {
  return `${from} ${to}`
}

/**
 * Places for all things: each below everything that it needs, with few edges that cross, and chains straight down. Edges of unknown things
 * are left out; things that need each other come last.
 */
export function layoutSteps(links: StepLinks): GraphLayout {
  const levels = levelsOf(links)
  const layers: Cell[][] = []
  const cells = new Map<string, Cell>()
  for (const id of links.ids) {
    if (!cells.has(id)) cells.set(id, cellIn(layers, levels.get(id) ?? 0, { id, width: nodeSize.width }))
  }
  const passings = linkCells(links, { levels, layers, cells })
  orderLayers(layers)
  placeLayers(layers)
  return measured({ layers, cells, passings })
}

/** The longest way from a thing without needs to each. */
function levelsOf({ ids, edges }: StepLinks): Map<string, number> {
  const known = new Set(ids)
  const open = new Map(ids.map((id) => [id, 0]))
  const after = new Map<string, string[]>()
  for (const { from, to } of edges) {
    if (!known.has(from) || !known.has(to)) continue
    open.set(to, (open.get(to) ?? 0) + 1)
    const list = after.get(from)
    if (list) list.push(to)
    else after.set(from, [to])
  }
  const levels = new Map<string, number>()
  const ready = [...known].filter((id) => open.get(id) === 0)
  for (const id of ready) levels.set(id, 0)
  for (let at = 0; at < ready.length; at += 1) {
    const id = ready[at] ?? ''
    const level = (levels.get(id) ?? 0) + 1
    for (const next of after.get(id) ?? []) {
      levels.set(next, Math.max(levels.get(next) ?? 0, level))
      const left = (open.get(next) ?? 0) - 1
      open.set(next, left)
      if (left === 0) ready.push(next)
    }
  }
  const last = Math.max(-1, ...ready.map((id) => levels.get(id) ?? 0)) + 1
  // What is left stands in a circle.
  for (const id of known) if ((open.get(id) ?? 0) > 0) levels.set(id, last)
  return levels
}

type Parts = { levels: ReadonlyMap<string, number>; layers: Cell[][]; cells: ReadonlyMap<string, Cell> }

/** Ties what is linked together, over a cell in each layer between. */
function linkCells({ edges }: StepLinks, { levels, layers, cells }: Parts): Map<string, Cell[]> {
  const passings = new Map<string, Cell[]>()
  let made = 0
  for (const { from, to } of edges) {
    const [start, end] = [cells.get(from), cells.get(to)]
    const [top, bottom] = [levels.get(from) ?? 0, levels.get(to) ?? 0]
    if (!start || !end || bottom <= top || passings.has(edgeKey(from, to))) continue
    const between: Cell[] = []
    let above = start
    for (let level = top + 1; level < bottom && made < mostPassings; level += 1) {
      const cell = cellIn(layers, level, { id: edgeKey(from, to), width: passing })
      made += 1
      tie(above, cell)
      between.push(cell)
      above = cell
    }
    tie(above, end)
    passings.set(edgeKey(from, to), between)
  }
  return passings
}

function cellIn(layers: Cell[][], level: number, { id, width }: Pick<Cell, 'id' | 'width'>): Cell {
  while (layers.length <= level) layers.push([])
  const layer = layers[level] ?? []
  const cell: Cell = { id, width, above: [], below: [], x: 0, order: layer.length }
  layer.push(cell)
  return cell
}

function tie(above: Cell, below: Cell): void {
  above.below.push(below)
  below.above.push(above)
}

/** Each thing near the middle of what it is tied to, down and up again, so that few edges cross. */
function orderLayers(layers: Cell[][]): void {
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const isDown = sweep % 2 === 0
    for (const layer of isDown ? layers : layers.toReversed()) orderLayer(layer, isDown ? 'above' : 'below')
  }
}

function orderLayer(layer: Cell[], side: 'above' | 'below'): void {
  const wanted = new Map(layer.map((cell) => [cell, meanOf(cell[side], ({ order }) => order) ?? cell.order]))
  layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a.order - b.order)
  for (const [order, cell] of layer.entries()) cell.order = order
}

/** Below the middle of what comes before, and then, from the bottom up, above the middle of what comes after. */
function placeLayers(layers: readonly Cell[][]): void {
  for (const layer of layers) placeLayer(layer, 'above')
  for (const layer of layers.toReversed()) placeLayer(layer, 'below')
  for (const layer of layers) placeLayer(layer, 'above')
}

function placeLayer(layer: readonly Cell[], side: 'above' | 'below'): void {
  const wanted = layer.map((cell) => meanOf(cell[side], ({ x }) => x) ?? (cell.x === 0 ? null : cell.x))
  let edge = -Infinity
  let drift = 0
  for (const [at, cell] of layer.entries()) {
    const least = edge === -Infinity ? (wanted[at] ?? 0) : edge + gap.x + cell.width / 2
    cell.x = Math.max(wanted[at] ?? least, least)
    drift += cell.x - (wanted[at] ?? cell.x)
    edge = cell.x + cell.width / 2
  }
  // What had to give way to the right gives way to both sides.
  const shift = layer.length === 0 ? 0 : drift / layer.length
  for (const cell of layer) cell.x -= shift
}

function meanOf(cells: readonly Cell[], value: (cell: Cell) => number): number | null {
  return cells.length === 0 ? null : cells.reduce((sum, cell) => sum + value(cell), 0) / cells.length
}

function measured({ layers, cells, passings }: Pick<Parts, 'layers' | 'cells'> & { passings: ReadonlyMap<string, Cell[]> }): GraphLayout {
  const all = layers.flat()
  const left = all.reduce((least, cell) => Math.min(least, cell.x - cell.width / 2), Infinity)
  const right = all.reduce((most, cell) => Math.max(most, cell.x + cell.width / 2), -Infinity)
  const tops = new Map(layers.flatMap((layer, level) => layer.map((cell) => [cell, level * (nodeSize.height + gap.y)] as const)))
  const places = new Map([...cells].map(([id, cell]) => [id, { x: Math.round(cell.x - cell.width / 2 - left), y: tops.get(cell) ?? 0 }]))
  const bends = new Map<string, Point[]>()
  for (const [key, between] of passings) {
    if (between.length > 0)
      bends.set(
        key,
        between.map((cell) => ({ x: Math.round(cell.x - left), y: (tops.get(cell) ?? 0) + nodeSize.height / 2 })),
      )
  }
  const height = layers.length === 0 ? 0 : layers.length * (nodeSize.height + gap.y) - gap.y
  return { places, bends, width: all.length === 0 ? 0 : Math.round(right - left), height }
}
