import type { History, Resolution, TurnRecord } from '../../../shared/domain/metrics.ts'
import { CellBuilder } from './cell-builder.ts'
import { Dictionary } from './dictionary.ts'
import { RawTable } from './raw-table.ts'
import type { RolledTable } from './rolled-table.ts'
import type { Rows } from './rows.ts'
import { resolutionMs } from './selection.ts'
import { rowOfNeverBegan, rowsOfTurn, type NeverBegan } from './stored-row.ts'
import { partitionName, startOfDay, tierOf } from './tiers.ts'

/** Cells of one month or year. */
export type Partition = {
  tier: Resolution
  /** The first cell's time, and the end of the last one. */
  from: number
  to: number
  turns: number
  /** Null while it lies on the disk only. */
  table: RolledTable | null
  dirty: boolean
  usedAt: number
}

/** Reads a partition that is not in memory. */
export type PartitionReader = (name: string, words: Dictionary) => RolledTable

/** All turns: single ones of the last weeks, and cells of everything before. */
export class TurnStore {
  readonly words = new Dictionary()
  readonly raw = new RawTable(this.words)
  readonly partitions = new Map<string, Partition>()
  /** Days (`raw-2026-11-21`) whose turns have changed since they were written. */
  readonly dirtyDays = new Set<string>()
  readonly #read: PartitionReader
  #touched = Number.NaN
  /** Changes whenever an answer may change. */
  version = 0
  #turns = { version: -1, count: 0 }
  #first: { version: number; at: number | null } | null = null

  constructor(read: PartitionReader) {
    this.#read = read
  }

  get turns(): number {
    if (this.#turns.version !== this.version) this.#turns = { version: this.version, count: this.#countTurns() }
    return this.#turns.count
  }

  /** The time of the first turn; null when there is none. */
  get firstAt(): number | null {
    if (this.#first?.version !== this.version) this.#first = { version: this.version, at: this.#findFirst() }
    return this.#first.at
  }

  #countTurns(): number {
    let turns = 0
    const column = this.raw.counter('turns')
    for (let row = 0; row < this.raw.size; row += 1) turns += column[row] ?? 0
    for (const partition of this.partitions.values()) turns += partition.turns
    return turns
  }

  #findFirst(): number | null {
    let first = Number.POSITIVE_INFINITY
    for (const { from } of this.partitions.values()) first = Math.min(first, from)
    for (let row = 0; row < this.raw.size; row += 1) first = Math.min(first, this.raw.at[row] ?? first)
    return Number.isFinite(first) ? first : null
  }

  /** Takes a turn; a later version of one that is there takes its place when `again`. `isTurn` false: spending that belongs to none. */
  put(record: TurnRecord, { again, isTurn = true }: { again: boolean; isTurn?: boolean }): void {
    this.version += 1
    const rows = rowsOfTurn(record, isTurn)
    this.#touch(Date.parse(record.at))
    const before = again ? this.raw.replace(rows) : null
    if (before !== null) this.#touch(before)
    else this.raw.add(rows)
  }

  /** Takes work that never began. */
  putNeverBegan(work: NeverBegan): void {
    this.version += 1
    this.#touch(Date.parse(work.at))
    this.raw.add([rowOfNeverBegan(work)])
  }

  /** Forgets all work that never began. */
  removeNeverBegan(): void {
    this.#removeRows((table) => {
      const counts = table.counter('neverBegan')
      return table.counts('neverBegan') ? (row) => (counts[row] ?? 0) > 0 : null
    })
  }

  /** What there is of a range, and how coarse the coarsest of it is. */
  tables(from: number, to: number): { tables: Rows[]; resolution: Resolution } {
    const tables: Rows[] = [this.raw]
    let resolution: Resolution = 'raw'
    for (const [name, partition] of this.partitions) {
      if (partition.to <= from || partition.from >= to) continue
      tables.push(this.#table(name, partition))
      if (resolutionMs[partition.tier] > resolutionMs[resolution]) resolution = partition.tier
    }
    return { tables, resolution }
  }

  /** Forgets turns: ours of some conversations, or the vault's of some sessions. */
  remove(history: History, words: ReadonlySet<string>): void {
    if (words.size === 0) return
    const dim = history === 'bullpen' ? 'conversation' : 'session'
    this.#removeRows((table) => {
      // Words of cells that lay on the disk are known once their table was read.
      const own = this.words.find(history)
      const codes = new Set([...words].flatMap((word) => this.words.find(word) ?? []))
      const [column, histories] = [table.dim(dim), table.dim('history')]
      return codes.size === 0 ? null : (row) => histories[row] === own && codes.has(column[row] ?? 0)
    })
  }

  /** `goes`: which rows of a table go; null: none. */
  #removeRows(goes: (table: Rows) => ((row: number) => boolean) | null): void {
    this.version += 1
    const fromRaw = goes(this.raw)
    if (fromRaw) this.#retainRaw((row) => !fromRaw(row))
    for (const [name, partition] of this.partitions) {
      const table = this.#table(name, partition)
      const from = goes(table)
      if (!from || !table.at.some((_, row) => from(row))) continue
      const builder = new CellBuilder(resolutionMs[partition.tier], this.words)
      for (let row = 0; row < table.size; row += 1) if (!from(row)) builder.addCell(table, row)
      this.#set(name, partition.tier, builder.build())
    }
  }

  /** Makes cells of what has become old enough, and coarser ones of finer ones. */
  roll(now: number): void {
    const builders = new Map<string, { tier: Resolution; builder: CellBuilder }>()
    const target = (at: number, tier: Resolution): CellBuilder => {
      const name = partitionName(tier, at)
      const known = builders.get(name)
      if (known) return known.builder
      const builder = new CellBuilder(resolutionMs[tier], this.words)
      const partition = this.partitions.get(name)
      if (partition) addAll(builder, this.#table(name, partition))
      builders.set(name, { tier, builder })
      return builder
    }
    this.#rollRaw(now, target)
    this.#rollCells(now, target)
    for (const [name, { tier, builder }] of builders) this.#set(name, tier, builder.build())
    if (builders.size > 0) this.version += 1
  }

  /** Lets go of cells that nobody asked for since then; they stay on the disk. */
  forget(unusedSince: number): void {
    for (const partition of this.partitions.values()) if (!partition.dirty && partition.usedAt < unusedSince) partition.table = null
  }

  #rollRaw(now: number, target: (at: number, tier: Resolution) => CellBuilder): void {
    const old = new Map<CellBuilder, number[]>()
    const goes = new Uint8Array(this.raw.size)
    for (let row = 0; row < this.raw.size; row += 1) {
      const at = this.raw.at[row] ?? 0
      const tier = tierOf(at, now)
      if (tier === 'raw') continue
      goes[row] = 1
      const builder = target(at, tier)
      const rows = old.get(builder)
      if (rows) rows.push(row)
      else old.set(builder, [row])
    }
    for (const [builder, rows] of old) builder.addTurns(this.raw, rows)
    if (old.size > 0) this.#retainRaw((row) => goes[row] === 0)
  }

  #rollCells(now: number, target: (at: number, tier: Resolution) => CellBuilder): void {
    for (const [name, partition] of Array.from(this.partitions)) {
      const { tier } = partition
      if (tier === 'day' || tierOf(partition.from, now) === tier) continue
      const table = this.#table(name, partition)
      const stays = new CellBuilder(resolutionMs[tier], this.words)
      for (let row = 0; row < table.size; row += 1) {
        const at = table.at[row] ?? 0
        const next = tierOf(at, now)
        // A clock that was set back does not make coarse things fine again.
        if (resolutionMs[next] <= resolutionMs[tier]) stays.addCell(table, row)
        else target(at, next).addCell(table, row)
      }
      if (stays.size < table.size) this.#set(name, tier, stays.build())
    }
  }

  #retainRaw(keep: (row: number) => boolean): void {
    this.raw.retain((row) => {
      if (keep(row)) return true
      this.#touch(this.raw.at[row] ?? 0)
      return false
    })
  }

  /** The day of this time has to be written again. */
  #touch(at: number): void {
    const day = startOfDay(at)
    if (day === this.#touched && this.dirtyDays.size > 0) return
    this.#touched = day
    this.dirtyDays.add(partitionName('raw', at))
  }

  #table(name: string, partition: Partition): RolledTable {
    partition.usedAt = Date.now()
    partition.table ??= this.#read(name, this.words)
    return partition.table
  }

  #set(name: string, tier: Resolution, table: RolledTable): void {
    const first = table.at[0] ?? 0
    const last = table.at[table.size - 1] ?? 0
    let turns = 0
    for (const count of table.counter('turns')) turns += count
    this.partitions.set(name, { tier, from: first, to: last + resolutionMs[tier], turns, table, dirty: true, usedAt: Date.now() })
  }
}

function addAll(builder: CellBuilder, table: RolledTable): void {
  for (let row = 0; row < table.size; row += 1) builder.addCell(table, row)
}
