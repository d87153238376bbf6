import type { Phase } from '../../../shared/domain/metrics.ts'
import type { Counter, Dim } from './measures.ts'
import type { Spreads } from './spreads.ts'

/** Some of the rows, and what each counts to: `rows` and `slots` go together. */
export type Pick = { rows: Int32Array; slots: Int32Array }

/** Rows that can be added up: single turns, or cells that stand for several. Columns may be longer than `size`. */
export type Rows = {
  readonly size: number
  /** Milliseconds since 1970. */
  readonly at: Float64Array
  dim(name: Dim): Uint32Array
  counter(name: Counter): Float64Array
  /** False when it is zero in every row. */
  counts(name: Counter): boolean
  /** Gives the times of one phase of the picked rows. */
  spread(name: Phase, pick: Pick, into: Spreads): void
}
