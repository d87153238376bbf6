import { measureNames, type MeasureName } from '../../../shared/domain/measures.ts'
import { phases, type Phase } from '../../../shared/domain/metrics.ts'
import { dims, type Dim } from './measures.ts'
import type { Rows } from './rows.ts'
import type { Times } from './times.ts'

/** The times of one phase of all cells. Cell c has the bins from `starts[c]` to `starts[c + 1]`. */
export type PhaseCells = { count: Float64Array; sum: Float64Array; starts: Uint32Array; bins: Uint16Array; weights: Uint16Array }

export type RolledColumns = {
  at: Float64Array
  dims: Uint32Array[]
  counters: Float64Array[]
  phases: PhaseCells[]
}

/** Cells: turns of the same minute, hour or day that have every dimension in common, added up. Never changed once made. */
export class RolledTable implements Rows {
  readonly columns: RolledColumns
  readonly #counting: ReadonlySet<MeasureName>

  constructor(columns: RolledColumns) {
    this.columns = columns
    this.#counting = new Set(measureNames.filter((_, index) => columns.counters[index]?.some((value) => value !== 0)))
  }

  get size(): number {
    return this.columns.at.length
  }

  get at(): Float64Array {
    return this.columns.at
  }

  dim(name: Dim): Uint32Array {
    return this.columns.dims[dims.indexOf(name)] ?? new Uint32Array(0)
  }

  counter(name: MeasureName): Float64Array {
    return this.columns.counters[measureNames.indexOf(name)] ?? new Float64Array(0)
  }

  counts(name: MeasureName): boolean {
    return this.#counting.has(name)
  }

  times(name: Phase, rows: Int32Array, from: number, to: number, into: Times): void {
    const cells = this.columns.phases[phases.indexOf(name)]
    if (!cells) return
    const { count, sum, starts, bins, weights } = cells
    for (let index = from; index < to; index += 1) {
      const row = rows[index] ?? 0
      into.addCell(count[row] ?? 0, sum[row] ?? 0, bins, weights, starts[row] ?? 0, starts[row + 1] ?? 0)
    }
  }
}
