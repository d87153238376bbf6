import type { TurnsInput } from '../../../shared/contract/metrics.ts'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { AppError } from '../../../shared/app-error.ts'
import { unitsPerMs } from './measures.ts'
import type { Dictionary } from './dictionary.ts'
import type { RawTable } from './raw-table.ts'
import type { Rows } from './rows.ts'

/** A table, and the rows of it that are meant. */
type Part = { table: RawTable; rows: Int32Array }

/** A page of the chosen turns in the order that was asked for; the cursor says after which turn the next page begins. */
export function pageOfTurns(
  parts: readonly Part[],
  input: TurnsInput,
  words: Dictionary,
): { items: TurnRecord[]; nextCursor: string | null } {
  const after = input.cursor === undefined ? null : parseCursor(input.cursor)
  const best = new Best(input.limit + 1)
  for (const { table, rows } of parts) {
    const keys = sortKeys(table, input.sort)
    const wanted = narrower(table, input, words)
    // From the newest on: turns are kept in the order in which they came.
    for (let index = rows.length - 1; index >= 0; index -= 1) {
      const row = rows[index] ?? 0
      const key = keys(row)
      if (key < best.least || !wanted(row)) continue
      if (after !== null && (key > after.key || (key === after.key && table.id(row) <= after.id))) continue
      best.add({ key, row, table })
    }
  }
  const page = best.sorted()
  const last = page[input.limit - 1]
  return {
    items: page.slice(0, input.limit).map(({ row, table }) => table.record(row)),
    nextCursor: page.length > input.limit && last ? `${last.key}:${last.table.id(last.row)}` : null,
  }
}

type Ranked = { key: number; row: number; table: RawTable }

/** The rows with the largest keys, without sorting all of them; equal keys go by id. */
class Best {
  /** A smaller key is not among them any more. */
  least = Number.NEGATIVE_INFINITY
  readonly #most: number
  #kept: Ranked[] = []

  constructor(most: number) {
    this.#most = most
  }

  add(ranked: Ranked): void {
    this.#kept.push(ranked)
    if (this.#kept.length < this.#most * 8) return
    this.#kept = this.sorted()
    this.least = this.#kept.at(-1)?.key ?? this.least
  }

  sorted(): Ranked[] {
    return this.#kept.toSorted((a, b) => b.key - a.key || (a.table.id(a.row) < b.table.id(b.row) ? -1 : 1)).slice(0, this.#most)
  }
}

/** Larger comes first. */
function sortKeys(table: RawTable, sort: TurnsInput['sort']): (row: number) => number {
  if (sort === 'oldest') return (row) => -(table.at[row] ?? 0)
  if (sort === 'newest') return (row) => table.at[row] ?? 0
  if (sort === 'dearest') return (row) => table.whole('costUsd', row)
  const column = table.phase(sort === 'slowest' ? 'total' : 'firstToken')
  return (row) => column[row] ?? -1
}

function narrower(table: RawTable, input: TurnsInput, words: Dictionary): (row: number) => boolean {
  const { phase, minMs, maxMs } = input
  const turns = table.counter('turns')
  const tests = [(row: number) => turns[row] === 1, marksOf(table, input, words)]
  if (phase !== undefined) {
    const times = table.phase(phase)
    tests.push((row) => (times[row] ?? -1) >= (minMs ?? 0) * unitsPerMs && (times[row] ?? -1) < (maxMs ?? Infinity) * unitsPerMs)
  }
  return (row) => tests.every((test) => test(row))
}

/** What can be asked of single turns and of cells alike: whether the cache was written again, whether something went wrong. */
export function marksOf(
  table: Rows,
  { rewrites, trouble }: { rewrites?: boolean | undefined; trouble?: boolean | undefined },
  words: Dictionary,
): (row: number) => boolean {
  const rewritten = table.counter('rewrites')
  const isWanted = trouble === true ? troubleIn(table, words) : () => true
  return (row) => (rewrites !== true || (rewritten[row] ?? 0) > 0) && isWanted(row)
}

function troubleIn(table: Rows, words: Dictionary): (row: number) => boolean {
  const [retries, stalls] = [table.counter('retries'), table.counter('stalls')]
  const [errors, outcomes] = [table.dim('error'), table.dim('outcome')]
  const bad = new Set(['failed', 'lost'].flatMap((outcome) => words.find(outcome) ?? []))
  return (row) => (retries[row] ?? 0) + (stalls[row] ?? 0) + (errors[row] ?? 0) > 0 || bad.has(outcomes[row] ?? 0)
}

function parseCursor(cursor: string): { key: number; id: string } {
  const colon = cursor.indexOf(':')
  const key = Number(cursor.slice(0, colon))
  if (colon < 1 || !Number.isFinite(key))
    throw new AppError('BAD_REQUEST', 'Invalid cursor. Start again without it.', { data: { field: 'cursor' } })
  return { key, id: cursor.slice(colon + 1) }
}
