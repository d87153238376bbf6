import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { measureNames } from '../../../shared/domain/measures.ts'
import { phases } from '../../../shared/domain/metrics.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Dictionary } from './dictionary.ts'
import { binOf, dims } from './measures.ts'
import type { RawTable } from './raw-table.ts'
import { RolledTable, type PhaseCells } from './rolled-table.ts'

/** Tables as bytes: a column after the other, words by numbers of their own, all of it gzip, whose checksum tells of damage. */
const layout = 2

/**
 * Changes with the columns of a table: what was stored with others is not read, and is made again. Twenty-eight bits of a digest of
 * their names.
 */
export const schemaVersion =
  createHash('sha256')
    .update(JSON.stringify([layout, dims, measureNames, phases]))
    .digest()
    .readUInt32BE(0) >>> 4

export function packRolled({ columns, size }: RolledTable, words: Dictionary): Uint8Array {
  const out = new ByteWriter()
  out.number(schemaVersion)
  out.number(size)
  times(out, columns.at)
  for (const codes of columns.dims) wordColumn(out, codes, size, words)
  for (const values of columns.counters) for (const value of values) out.number(value)
  for (const cells of columns.phases) phaseColumn(out, cells, size)
  return gzipSync(out.bytes(), { level: 6 })
}

/** Throws when the bytes are not what was packed. */
export function unpackRolled(bytes: Uint8Array, words: Dictionary): RolledTable {
  const from = new ByteReader(gunzipSync(bytes))
  const size = headOf(from)
  return new RolledTable({
    at: readTimes(from, size),
    dims: dims.map(() => readWords(from, size, words)),
    counters: measureNames.map(() => readNumbers(from, size)),
    phases: phases.map(() => readPhase(from, size)),
  })
}

/** The turns of the given rows. */
export function packRaw(table: RawTable, rows: readonly number[], words: Dictionary): Uint8Array {
  const out = new ByteWriter()
  out.number(schemaVersion)
  out.number(rows.length)
  for (const row of rows) out.text(table.id(row))
  times(
    out,
    rows.map((row) => table.at[row] ?? 0),
  )
  for (const name of dims) {
    const codes = table.dim(name)
    wordColumn(
      out,
      rows.map((row) => codes[row] ?? 0),
      rows.length,
      words,
    )
  }
  for (const name of measureNames) for (const row of rows) out.number(table.counter(name)[row] ?? 0)
  for (const name of phases) for (const row of rows) out.number((table.phase(name)[row] ?? -1) + 1)
  return gzipSync(out.bytes(), { level: 6 })
}

export function unpackRaw(bytes: Uint8Array, into: RawTable, words: Dictionary): void {
  const from = new ByteReader(gunzipSync(bytes))
  const size = headOf(from)
  const ids = Array.from({ length: size }, () => from.text())
  into.addStored({
    ids,
    at: readTimes(from, size),
    dims: dims.map(() => readWords(from, size, words)),
    counters: measureNames.map(() => readNumbers(from, size)),
    phases: phases.map(() => readNumbers(from, size).map((stored) => stored - 1)),
  })
}

function headOf(from: ByteReader): number {
  const found = from.number()
  if (found !== schemaVersion) throw new Error(`A metrics file has version ${found}.`)
  return from.number()
}

function times(out: ByteWriter, at: Iterable<number>): void {
  let last = 0
  for (const time of at) {
    out.signed(time - last)
    last = time
  }
}

function readTimes(from: ByteReader, size: number): Float64Array {
  const at = new Float64Array(size)
  let last = 0
  for (let row = 0; row < size; row += 1) {
    last += from.signed()
    at[row] = last
  }
  return at
}

function readNumbers(from: ByteReader, size: number): Float64Array {
  const values = new Float64Array(size)
  for (let row = 0; row < size; row += 1) values[row] = from.number()
  return values
}

function wordColumn(out: ByteWriter, codes: Uint32Array | readonly number[], size: number, words: Dictionary): void {
  const own = new Map<number, number>([[0, 0]])
  for (let row = 0; row < size; row += 1) {
    const code = codes[row] ?? 0
    if (!own.has(code)) own.set(code, own.size)
  }
  out.number(own.size - 1)
  for (const code of own.keys()) if (code !== 0) out.text(words.word(code) ?? '')
  for (let row = 0; row < size; row += 1) out.number(own.get(codes[row] ?? 0) ?? 0)
}

function readWords(from: ByteReader, size: number, words: Dictionary): Uint32Array {
  const count = from.number()
  const own = [0, ...Array.from({ length: count }, () => words.code(from.text()))]
  const codes = new Uint32Array(size)
  for (let row = 0; row < size; row += 1) codes[row] = own[from.number()] ?? 0
  return codes
}

/** The bins of a single time follow from it, so they are not written. */
function phaseColumn(out: ByteWriter, { count, sum, starts, bins, weights }: PhaseCells, size: number): void {
  for (let row = 0; row < size; row += 1) out.number(count[row] ?? 0)
  for (let row = 0; row < size; row += 1) if ((count[row] ?? 0) > 0) out.number(sum[row] ?? 0)
  for (let row = 0; row < size; row += 1) {
    if ((count[row] ?? 0) < 2) continue
    const from = starts[row] ?? 0
    const to = starts[row + 1] ?? from
    out.number(to - from)
    let last = 0
    for (let place = from; place < to; place += 1) {
      const bin = bins[place] ?? 0
      const weight = weights[place] ?? 1
      // Most bins hold one time: their weight is in the same number.
      out.number((bin - last) * 2 + (weight > 1 ? 1 : 0))
      if (weight > 1) out.number(weight)
      last = bin
    }
  }
}

function readPhase(from: ByteReader, size: number): PhaseCells {
  const count = readNumbers(from, size)
  const sum = Float64Array.from({ length: size }, (_, row) => ((count[row] ?? 0) > 0 ? from.number() : 0))
  const starts = new Uint32Array(size + 1)
  const bins: number[] = []
  const weights: number[] = []
  for (let row = 0; row < size; row += 1) {
    if ((count[row] ?? 0) === 1) {
      bins.push(binOf(sum[row] ?? 0))
      weights.push(1)
    } else if ((count[row] ?? 0) > 1) {
      let last = 0
      for (let left = from.number(); left > 0; left -= 1) {
        const both = from.number()
        last += Math.floor(both / 2)
        bins.push(last)
        weights.push(both % 2 === 1 ? from.number() : 1)
      }
    }
    starts[row + 1] = bins.length
  }
  return { count, sum, starts, bins: Uint16Array.from(bins), weights: Uint16Array.from(weights) }
}
