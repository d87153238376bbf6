import { phases } from '../../../shared/domain/metrics.ts'
import type { Dictionary } from './dictionary.ts'
import { binOf, counters, dims } from './measures.ts'
import type { RawTable } from './raw-table.ts'
import { RolledTable, type PhaseCells } from './rolled-table.ts'

type CellPhase = { count: number; sum: number; bins: number[]; weights: number[] }
type Cell = { at: number; codes: number[]; sums: Float64Array; phases: (CellPhase | null)[] }

const mostWeight = 65_535
const sessionAt = dims.indexOf('session')
const historyAt = dims.indexOf('history')

/** Joins turns and cells into cells of one width. The result is the same in whatever order they come. */
export class CellBuilder {
  readonly #widthMs: number
  readonly #bullpen: number
  readonly #cells = new Map<string, Cell>()

  constructor(widthMs: number, words: Dictionary) {
    this.#widthMs = widthMs
    this.#bullpen = words.code('bullpen')
  }

  get size(): number {
    return this.#cells.size
  }

  addTurn(table: RawTable, row: number): void {
    const codes = dims.map((name) => table.dim(name)[row] ?? 0)
    // The conversation says enough; its sessions change with every restart.
    if (codes[historyAt] === this.#bullpen) codes[sessionAt] = 0
    const cell = this.#cell(table.at[row] ?? 0, codes)
    for (const [index, name] of counters.entries()) cell.sums[index] = (cell.sums[index] ?? 0) + (table.counter(name)[row] ?? 0)
    for (const [index, name] of phases.entries()) {
      const units = table.phase(name)[row] ?? -1
      if (units < 0) continue
      const times = phaseOf(cell, index)
      times.count += 1
      times.sum += units
      times.bins.push(binOf(units))
      times.weights.push(1)
    }
  }

  addCell(table: RolledTable, row: number): void {
    const { columns } = table
    const codes = columns.dims.map((column) => column[row] ?? 0)
    const cell = this.#cell(columns.at[row] ?? 0, codes)
    for (const [index, column] of columns.counters.entries()) cell.sums[index] = (cell.sums[index] ?? 0) + (column[row] ?? 0)
    for (const [index, cells] of columns.phases.entries()) {
      const count = cells.count[row] ?? 0
      if (count === 0) continue
      const times = phaseOf(cell, index)
      times.count += count
      times.sum += cells.sum[row] ?? 0
      for (let place = cells.starts[row] ?? 0; place < (cells.starts[row + 1] ?? 0); place += 1) {
        times.bins.push(cells.bins[place] ?? 0)
        times.weights.push(cells.weights[place] ?? 0)
      }
    }
  }

  /** The cells by time, then by their words' codes. */
  build(): RolledTable {
    const cells = [...this.#cells.values()].toSorted(inOrder)
    return new RolledTable({
      at: Float64Array.from(cells, ({ at }) => at),
      dims: dims.map((_, index) => Uint32Array.from(cells, ({ codes }) => codes[index] ?? 0)),
      counters: counters.map((_, index) => Float64Array.from(cells, ({ sums }) => sums[index] ?? 0)),
      phases: phases.map((_, index) => joined(cells.map((cell) => cell.phases[index] ?? null))),
    })
  }

  #cell(time: number, codes: number[]): Cell {
    const at = Math.floor(time / this.#widthMs) * this.#widthMs
    const key = `${at}:${codes.join(':')}`
    const known = this.#cells.get(key)
    if (known) return known
    const cell: Cell = { at, codes, sums: new Float64Array(counters.length), phases: phases.map(() => null) }
    this.#cells.set(key, cell)
    return cell
  }
}

function phaseOf(cell: Cell, index: number): CellPhase {
  const known = cell.phases[index]
  if (known) return known
  const made: CellPhase = { count: 0, sum: 0, bins: [], weights: [] }
  cell.phases[index] = made
  return made
}

function inOrder(a: Cell, b: Cell): number {
  if (a.at !== b.at) return a.at - b.at
  for (const [index, code] of a.codes.entries()) if (code !== b.codes[index]) return code - (b.codes[index] ?? 0)
  return 0
}

function joined(cells: readonly (CellPhase | null)[]): PhaseCells {
  const starts = new Uint32Array(cells.length + 1)
  const bins: number[] = []
  const weights: number[] = []
  for (const [row, cell] of cells.entries()) {
    if (cell)
      for (const [bin, weight] of sortedBins(cell)) {
        for (let left = weight; left > 0; left -= mostWeight) {
          bins.push(bin)
          weights.push(Math.min(left, mostWeight))
        }
      }
    starts[row + 1] = bins.length
  }
  return {
    count: Float64Array.from(cells, (cell) => cell?.count ?? 0),
    sum: Float64Array.from(cells, (cell) => cell?.sum ?? 0),
    starts,
    bins: Uint16Array.from(bins),
    weights: Uint16Array.from(weights),
  }
}

/** Each bin once, with all its weight. */
function sortedBins({ bins, weights }: CellPhase): [bin: number, weight: number][] {
  const sum = new Map<number, number>()
  for (const [index, bin] of bins.entries()) sum.set(bin, (sum.get(bin) ?? 0) + (weights[index] ?? 0))
  return [...sum].toSorted(([a], [b]) => a - b)
}
