import type { Pick } from './rows.ts'

/**
 * The loops over a million rows. Each has a plain form for the two things that are asked most: all rows of a range (they lie side by
 * side) and one slot for everything.
 */

/** Adds a column to its slots. */
export function addColumn(sums: Float64Array, values: Float64Array, { rows, slots }: Pick): void {
  const { length } = rows
  const first = denseFrom(rows)
  if (sums.length === 1) {
    sums[0] = (sums[0] ?? 0) + (first === null ? sumOfRows(values, rows) : sumOfPart(values.subarray(first, first + length)))
    return
  }
  if (first !== null) {
    const part = values.subarray(first, first + length)
    for (let index = 0; index < length; index += 1) {
      const slot = slots[index] ?? 0
      sums[slot] = (sums[slot] ?? 0) + (part[index] ?? 0)
    }
    return
  }
  for (let index = 0; index < length; index += 1) {
    const slot = slots[index] ?? 0
    sums[slot] = (sums[slot] ?? 0) + (values[rows[index] ?? 0] ?? 0)
  }
}

/** Adds up, in a single slot, how many turns each code has. */
export function addByCode(turnsOf: Float64Array, codes: Uint32Array, turns: Float64Array, rows: Int32Array): void {
  for (const row of rows) {
    const code = codes[row] ?? 0
    turnsOf[code] = (turnsOf[code] ?? 0) + (turns[row] ?? 0)
  }
}

/** The first of rows that lie side by side; null when there are gaps, or no rows. */
function denseFrom(rows: Int32Array): number | null {
  const first = rows[0]
  const last = rows[rows.length - 1]
  return first !== undefined && last !== undefined && last - first === rows.length - 1 ? first : null
}

function sumOfPart(part: Float64Array): number {
  let sum = 0
  for (let index = 0; index < part.length; index += 1) sum += part[index] ?? 0
  return sum
}

function sumOfRows(values: Float64Array, rows: Int32Array): number {
  let sum = 0
  for (let index = 0; index < rows.length; index += 1) sum += values[rows[index] ?? 0] ?? 0
  return sum
}
