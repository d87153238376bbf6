import type { TurnsInput } from '../../../shared/contract/metrics.ts'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { AppError } from '../../../shared/app-error.ts'
import { unitsPerMs } from './measures.ts'
import type { RawTable } from './raw-table.ts'

/** A page of the marked turns in the order that was asked for; the cursor says after which turn the next page begins. */
export function pageOfTurns(table: RawTable, rows: Int32Array, input: TurnsInput): { items: TurnRecord[]; nextCursor: string | null } {
  const keys = sortKeys(table, input.sort)
  const wanted = narrower(table, input)
  const after = input.cursor === undefined ? null : parseCursor(input.cursor)
  const found: { key: number; row: number }[] = []
  for (const row of rows) {
    if (!wanted(row)) continue
    const key = keys(row)
    if (after !== null && (key > after.key || (key === after.key && table.id(row) <= after.id))) continue
    found.push({ key, row })
  }
  const most = input.limit
  const order = (a: { key: number; row: number }, b: { key: number; row: number }) =>
    b.key - a.key || (table.id(a.row) < table.id(b.row) ? -1 : 1)
  const page = largest(found, most + 1, order)
  const last = page[most - 1]
  return {
    items: page.slice(0, most).map(({ row }) => table.record(row)),
    nextCursor: page.length > most && last ? `${last.key}:${table.id(last.row)}` : null,
  }
}

/** Larger comes first. */
function sortKeys(table: RawTable, sort: TurnsInput['sort']): (row: number) => number {
  if (sort === 'oldest') return (row) => -(table.at[row] ?? 0)
  if (sort === 'newest') return (row) => table.at[row] ?? 0
  const column = sort === 'dearest' ? table.counter('costNano') : table.phase(sort === 'slowest' ? 'total' : 'firstToken')
  return (row) => column[row] ?? -1
}

function narrower(table: RawTable, { rewrites, trouble, phase, minMs, maxMs }: TurnsInput): (row: number) => boolean {
  const tests: ((row: number) => boolean)[] = []
  if (rewrites === true) tests.push((row) => (table.counter('rewrites')[row] ?? 0) > 0)
  if (trouble === true) tests.push((row) => isTrouble(table, row))
  if (phase !== undefined) {
    const times = table.phase(phase)
    tests.push((row) => (times[row] ?? -1) >= (minMs ?? 0) * unitsPerMs && (times[row] ?? -1) < (maxMs ?? Infinity) * unitsPerMs)
  }
  return (row) => tests.every((test) => test(row))
}

function isTrouble(table: RawTable, row: number): boolean {
  const { outcome } = table.record(row)
  const counted = (table.counter('retries')[row] ?? 0) + (table.counter('stalls')[row] ?? 0) + (table.dim('error')[row] ?? 0)
  return counted > 0 || outcome === 'failed' || outcome === 'lost'
}

/** The first ones in the given order, without sorting all when only a few are wanted of many. */
function largest<T>(values: T[], most: number, order: (a: T, b: T) => number): T[] {
  if (values.length <= most * 4) return values.toSorted(order).slice(0, most)
  let kept: T[] = []
  for (let from = 0; from < values.length; from += most * 4) {
    kept = [...kept, ...values.slice(from, from + most * 4)].toSorted(order).slice(0, most)
  }
  return kept
}

function parseCursor(cursor: string): { key: number; id: string } {
  const colon = cursor.indexOf(':')
  const key = Number(cursor.slice(0, colon))
  if (colon < 1 || !Number.isFinite(key))
    throw new AppError('BAD_REQUEST', 'The cursor is not one that this call gave. Begin again without it.', { data: { field: 'cursor' } })
  return { key, id: cursor.slice(colon + 1) }
}
