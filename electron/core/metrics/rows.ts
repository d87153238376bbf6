import type { MeasureName } from '../../../shared/domain/measures.ts'
import type { Phase } from '../../../shared/domain/metrics.ts'
import type { Dim } from './measures.ts'
import type { Times } from './times.ts'

/** Some of the rows in the order of their slots: those of slot s lie from `starts[s]` to `starts[s + 1]`. */
export type Pick = { rows: Int32Array; starts: Int32Array }

/** Rows that can be added up: single turns, or cells that stand for several. Columns may be longer than `size`. */
export type Rows = {
  readonly size: number
  /** Milliseconds since 1970. */
  readonly at: Float64Array
  dim(name: Dim): Uint32Array
  counter(name: MeasureName): Float64Array
  /** False when it is zero in every row. */
  counts(name: MeasureName): boolean
  /** Adds the times of one phase of some of the rows. */
  times(name: Phase, rows: Int32Array, from: number, to: number, into: Times): void
}
