import { measureNames } from '../../../shared/domain/measures.ts'
import { phases } from '../../../shared/domain/metrics.ts'
import type { Dictionary } from './dictionary.ts'
import { binOf, dims } from './measures.ts'
import type { RawTable } from './raw-table.ts'
import { RolledTable, type PhaseCells } from './rolled-table.ts'

type CellPhase = { count: number; sum: number; bins: number[] }
type Cell = { at: number; codes: number[]; sums: Float64Array; phases: (CellPhase | null)[] }

const mostWeight = 65_535
const weightStep = 65_536
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

  addTurns(table: RawTable, rows: readonly number[]): void {
    const columns = dims.map((name) => table.dim(name))
    const values = measureNames.map((name) => table.counter(name))
    const times = phases.map((name) => table.phase(name))
    for (const row of rows) {
      const codes = columns.map((column) => column[row] ?? 0)
      // The conversation says enough; its sessions change with every restart.
      if (codes[historyAt] === this.#bullpen) codes[sessionAt] = 0
      const cell = this.#cell(table.at[row] ?? 0, codes)
      for (let index = 0; index < values.length; index += 1) cell.sums[index] = (cell.sums[index] ?? 0) + (values[index]?.[row] ?? 0)
      for (let index = 0; index < times.length; index += 1) {
        const units = times[index]?.[row] ?? -1
        if (units >= 0) addTime(phaseOf(cell, index), 1, units, binOf(units), 1)
      }
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
      const to = cells.starts[row + 1] ?? 0
      for (let place = cells.starts[row] ?? 0; place < to; place += 1)
        addTime(times, 0, 0, cells.bins[place] ?? 0, cells.weights[place] ?? 0)
    }
  }

  /** The cells by time, then by their words' codes. */
  build(): RolledTable {
    const cells = [...this.#cells.values()].toSorted(inOrder)
    return new RolledTable({
      at: Float64Array.from(cells, ({ at }) => at),
      dims: dims.map((_, index) => Uint32Array.from(cells, ({ codes }) => codes[index] ?? 0)),
      counters: measureNames.map((_, index) => Float64Array.from(cells, ({ sums }) => sums[index] ?? 0)),
      phases: phases.map((_, index) => joined(cells.map((cell) => cell.phases[index] ?? null))),
    })
  }

  #cell(time: number, codes: number[]): Cell {
    const at = Math.floor(time / this.#widthMs) * this.#widthMs
    const key = `${at}:${codes.join(':')}`
    const known = this.#cells.get(key)
    if (known) return known
    const cell: Cell = { at, codes, sums: new Float64Array(measureNames.length), phases: phases.map(() => null) }
    this.#cells.set(key, cell)
    return cell
  }
}

function phaseOf(cell: Cell, index: number): CellPhase {
  const known = cell.phases[index]
  if (known) return known
  const made: CellPhase = { count: 0, sum: 0, bins: [] }
  cell.phases[index] = made
  return made
}

/** A bin and its weight in one number: most cells hold few bins, and there are very many cells. */
function addTime(times: CellPhase, count: number, units: number, bin: number, weight: number): void {
  times.count += count
  times.sum += units
  times.bins.push(bin * weightStep + weight)
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
function sortedBins({ bins }: CellPhase): [bin: number, weight: number][] {
  const found: [bin: number, weight: number][] = []
  for (const packed of bins.length > 1 ? bins.sort((a, b) => a - b) : bins) {
    const bin = Math.floor(packed / weightStep)
    const last = found.at(-1)
    if (last?.[0] === bin) last[1] += packed % weightStep
    else found.push([bin, packed % weightStep])
  }
  return found
}
