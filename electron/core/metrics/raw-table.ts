import { eachMeasure, measureNames, measureOf, shownSum, type MeasureName } from '../../../shared/domain/measures.ts'
import { historySchema, phases, type Phase, type TurnRecord } from '../../../shared/domain/metrics.ts'
import { strategySchema } from '../../../shared/domain/pool.ts'
import { originSchema, outcomeSchema, type ModelShare } from '../../../shared/domain/turn.ts'
import type { Dictionary } from './dictionary.ts'
import { IdColumn } from './id-column.ts'
import { binOf, dims, unitsPerMs, type Dim } from './measures.ts'
import type { Rows } from './rows.ts'
import type { StoredRow } from './stored-row.ts'
import type { Times } from './times.ts'

type Column = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>
/** Marks a time that was not measured. */
const missing = -1
const missingBin = 0xffff

/** Turns as they lie in a file: columns of dimensions, counters and phases in their order; times below zero were not measured. */
export type StoredTurns = {
  ids: readonly string[]
  at: Float64Array
  dims: readonly Uint32Array[]
  counters: readonly Float64Array[]
  phases: readonly Float64Array[]
}

/** Single turns, a column per figure, in the order they came. The rows of one turn follow each other, its own first. */
export class RawTable implements Rows {
  readonly #words: Dictionary
  readonly #ids = new IdColumn()
  readonly #counting = new Set<MeasureName>()
  #capacity = 1_024
  #at = new Float64Array(this.#capacity)
  #dims = dims.map(() => new Uint32Array(this.#capacity))
  #counters = measureNames.map(() => new Float64Array(this.#capacity))
  #phases = phases.map(() => new Float64Array(this.#capacity))
  #bins = phases.map(() => new Uint16Array(this.#capacity))

  constructor(words: Dictionary) {
    this.#words = words
  }

  get size(): number {
    return this.#ids.length
  }

  /** Times of the turns' ends in milliseconds since 1970; only the first `size` count. */
  get at(): Float64Array {
    return this.#at
  }

  id(row: number): string {
    return this.#ids.at(row)
  }

  dim(name: Dim): Uint32Array {
    return this.#dims[dims.indexOf(name)] ?? new Uint32Array(0)
  }

  counter(name: MeasureName): Float64Array {
    return this.#counters[measureNames.indexOf(name)] ?? new Float64Array(0)
  }

  /** Times in units of a tenth of a millisecond; below zero where nothing was measured. */
  phase(name: Phase): Float64Array {
    return this.#phases[phases.indexOf(name)] ?? new Float64Array(0)
  }

  counts(name: MeasureName): boolean {
    return this.#counting.has(name)
  }

  times(name: Phase, rows: Int32Array, from: number, to: number, into: Times): void {
    into.addTurns(rows, from, to, this.phase(name), this.#bins[phases.indexOf(name)] ?? new Uint16Array(0))
  }

  /** The rows of one turn, or one that is no turn. */
  add(rows: readonly StoredRow[]): void {
    for (const row of rows) {
      const at = this.#ids.length
      if (at === this.#capacity) this.#grow()
      this.#ids.push(row.id)
      this.#write(at, row)
    }
  }

  /** Takes turns as they were stored, a column after the other. */
  addStored({ ids, at, dims: codes, counters: sums, phases: units }: StoredTurns): void {
    const from = this.#ids.length
    while (from + ids.length > this.#capacity) this.#grow()
    for (const id of ids) this.#ids.push(id)
    this.#at.set(at, from)
    for (const [index, column] of codes.entries()) this.#dims[index]?.set(column, from)
    for (const [index, name] of measureNames.entries()) {
      const column = sums[index] ?? new Float64Array(0)
      this.#counters[index]?.set(column, from)
      if (column.some((value) => value !== 0)) this.#counting.add(name)
    }
    for (const [index, column] of units.entries()) {
      this.#phases[index]?.set(column, from)
      this.#bins[index]?.set(
        column.map((value) => (value < 0 ? missingBin : binOf(value))),
        from,
      )
    }
  }

  /** Puts the newest version of a turn in the place of an earlier one, whose time it answers; null when there is none. */
  replace(rows: readonly [StoredRow, ...StoredRow[]]): number | null {
    const [{ id, words }] = rows
    const conversation = this.#words.find(words.conversation)
    const ofConversation = this.dim('conversation')
    for (let row = this.size - 1; row >= 0; row -= 1) {
      if (ofConversation[row] !== conversation || this.#ids.at(row) !== id) continue
      const first = this.#firstOf(row)
      const before = this.#at[first] ?? 0
      if (row - first + 1 === rows.length) {
        for (const [place, stored] of rows.entries()) this.#write(first + place, stored)
      } else {
        this.retain((at) => at < first || at > row)
        this.add(rows)
      }
      return before
    }
    return null
  }

  /** A turn, by its own row. */
  record(row: number): TurnRecord {
    const word = (dim: Dim) => this.#words.word(this.dim(dim)[row] ?? 0)
    const whole = eachMeasure((name) => shownSum(name, this.whole(name, row)))
    const { retries, stalls, searches, rewritten, costUnknown, input, output, cacheRead, cacheWrite, costUsd } = whole
    const affinity = word('affinity')
    const shares = this.#sharesOf(row)
    return {
      id: this.id(row),
      at: new Date(this.#at[row] ?? 0).toISOString(),
      history: historySchema.catch('bullpen').parse(word('history')),
      conversationId: word('conversation'),
      sessionId: word('session'),
      instanceId: word('instance'),
      folder: word('folder'),
      model: word('model'),
      source: word('source'),
      target: word('target'),
      strategy: strategySchema.nullable().catch(null).parse(word('strategy')),
      affinityHit: affinity === null ? null : affinity === 'hit',
      origin: originSchema.nullable().catch(null).parse(word('origin')),
      outcome: outcomeSchema.catch('lost').parse(word('outcome')),
      error: word('error'),
      phases: this.#phasesOf(row),
      usage: { input, output, cacheRead, cacheWrite },
      costUsd: costUnknown > 0 ? null : costUsd,
      retries,
      stalls,
      searches,
      ...(shares.length > 1 ? { byModel: shares } : {}),
      rewritten,
    }
  }

  /** A measure of a whole turn, by its own row: with what other models had of it. */
  whole(name: MeasureName, row: number): number {
    const column = this.counter(name)
    let sum = column[row] ?? 0
    for (let at = row + 1; this.#isPart(at, row); at += 1) sum += column[at] ?? 0
    return sum
  }

  /** Keeps the rows for which `keep` says so, in their order. */
  retain(keep: (row: number) => boolean): void {
    const kept: number[] = []
    const columns: Column[] = [this.#at, ...this.#dims, ...this.#counters, ...this.#phases, ...this.#bins]
    for (let row = 0; row < this.size; row += 1) {
      if (!keep(row)) continue
      const to = kept.push(row) - 1
      if (to !== row) for (const column of columns) column[to] = column[row] ?? 0
    }
    this.#ids.keep(kept)
  }

  /** Whether a row is of the same turn as its own row before it. */
  #isPart(at: number, row: number): boolean {
    return at < this.size && this.counter('turns')[at] === 0 && this.counter('neverBegan')[at] === 0 && this.id(at) === this.id(row)
  }

  #firstOf(row: number): number {
    let first = row
    while (first > 0 && this.#isPart(first, first - 1)) first -= 1
    return first
  }

  #sharesOf(row: number): ModelShare[] {
    const shares: ModelShare[] = []
    for (let at = row; at === row || this.#isPart(at, row); at += 1) {
      const count = (name: MeasureName) => shownSum(name, this.counter(name)[at] ?? 0)
      const usage = { input: count('input'), output: count('output'), cacheRead: count('cacheRead'), cacheWrite: count('cacheWrite') }
      const model = this.#words.word(this.dim('model')[at] ?? 0) ?? ''
      shares.push({ model, usage, costUsd: this.counter('costUnknown')[row] === 0 ? count('costUsd') : null })
    }
    return shares
  }

  #write(row: number, { at, words, figures, phases: times }: StoredRow): void {
    this.#at[row] = at
    for (const [index, name] of dims.entries()) set(this.#dims[index], row, this.#words.code(words[name]))
    for (const [index, name] of measureNames.entries()) {
      const value = measureOf(name).read(figures)
      if (value !== 0) this.#counting.add(name)
      set(this.#counters[index], row, value)
    }
    for (const [index, name] of phases.entries()) this.#writePhase(index, row, times[name])
  }

  #writePhase(index: number, row: number, ms: number | null): void {
    this.#setTime(index, row, ms === null ? missing : Math.round(ms * unitsPerMs))
  }

  #setTime(index: number, row: number, units: number): void {
    set(this.#phases[index], row, units)
    set(this.#bins[index], row, units < 0 ? missingBin : binOf(units))
  }

  #phasesOf(row: number): TurnRecord['phases'] {
    const of = (name: Phase): number | null => {
      const units = this.phase(name)[row] ?? missing
      return units < 0 ? null : units / unitsPerMs
    }
    return {
      waited: of('waited'),
      allocated: of('allocated'),
      started: of('started'),
      model: of('model'),
      answered: of('answered'),
      tools: of('tools'),
      approvalWait: of('approvalWait'),
      firstToken: of('firstToken'),
      response: of('response'),
      total: of('total'),
    }
  }

  #grow(): void {
    this.#capacity *= 2
    this.#at = grown(this.#at, new Float64Array(this.#capacity))
    this.#dims = this.#dims.map((column) => grown(column, new Uint32Array(this.#capacity)))
    this.#counters = this.#counters.map((column) => grown(column, new Float64Array(this.#capacity)))
    this.#phases = this.#phases.map((column) => grown(column, new Float64Array(this.#capacity)))
    this.#bins = this.#bins.map((column) => grown(column, new Uint16Array(this.#capacity)))
  }
}

function grown<C extends Column>(old: C, wider: C): C {
  wider.set(old)
  return wider
}

function set(column: Column | undefined, row: number, value: number): void {
  if (column) column[row] = value
}
