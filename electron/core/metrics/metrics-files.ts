import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync, openSync, fsyncSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { resolutionSchema } from '../../../shared/domain/metrics.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import type { Dictionary } from './dictionary.ts'
import type { RolledTable } from './rolled-table.ts'
import { packRaw, packRolled, schemaVersion, unpackRaw, unpackRolled } from './table-file.ts'
import { partitionName, startOfDay } from './tiers.ts'
import { TurnStore } from './turn-store.ts'
import { VaultLedger } from './vault-ledger.ts'

/** What was read of a conversation. `signature` says whether it has changed since. */
const sourceSchema = z.object({
  signature: z.string(),
  /** Tokens in the prompt cache after its newest turn; null when not known. */
  cache: z.number().nullable(),
  /** Its newest turn, and the cache before that. */
  turnId: z.string().nullable(),
  before: z.number().nullable(),
  /** Every session that it ever had. */
  sessions: z.array(z.string()),
  /** The conversation it was forked from. */
  forkedFrom: z.string().nullable(),
})
export type Source = z.infer<typeof sourceSchema>

/** Which files count. Everything else in the folder is left over from a crash. */
const stateSchema = z.object({
  /** Of the tables. Another one: all is made again. */
  version: z.literal(schemaVersion),
  generation: z.int(),
  days: z.record(z.string(), z.object({ file: z.string() })),
  partitions: z.record(
    z.string(),
    z.object({ file: z.string(), tier: resolutionSchema, from: z.number(), to: z.number(), turns: z.number() }),
  ),
  sources: z.record(z.string(), sourceSchema),
  /** The file of the vault's ledger. */
  vault: z.string().nullable(),
})
type State = z.infer<typeof stateSchema>

/**
 * The folder that metrics are kept in. Files are never changed: new ones are written under new names, then `state.json` names them,
 * then the old ones go. So a crash at any moment leaves the last state whole.
 */
export class MetricsFiles {
  readonly #folder: string
  #state: State = { version: schemaVersion, generation: 0, days: {}, partitions: {}, sources: {}, vault: null }

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What is kept, or null when nothing is or when it is damaged: then it has to be made again. */
  open(): { store: TurnStore; sources: Map<string, Source>; vault: VaultLedger } | null {
    makeOwnFolder(this.#folder)
    try {
      const state = stateSchema.parse(JSON.parse(readFileSync(join(this.#folder, 'state.json'), 'utf8')))
      const names = new Set(readdirSync(this.#folder))
      const files = [...Object.values(state.days), ...Object.values(state.partitions)].map(({ file }) => file)
      if (!files.every((file) => names.has(file))) return null
      this.#state = state
      const store = this.newStore()
      for (const { file } of Object.values(state.days)) unpackRaw(this.#bytes(file), store.raw, store.words)
      for (const [name, { tier, from, to, turns }] of Object.entries(state.partitions)) {
        store.partitions.set(name, { tier, from, to, turns, table: null, dirty: false, usedAt: 0 })
      }
      this.#sweep()
      const vault = state.vault === null ? new VaultLedger() : VaultLedger.unpack(this.#bytes(state.vault))
      return { store, sources: new Map(Object.entries(state.sources)), vault }
    } catch {
      return null
    }
  }

  newStore(): TurnStore {
    return new TurnStore((name, words) => this.#readPartition(name, words))
  }

  /** Forgets every file; the next save writes all. */
  clear(): void {
    this.#state = { ...this.#state, days: {}, partitions: {}, sources: {}, vault: null }
  }

  /** Writes what has changed. `ledger`: null when the vault's has not. */
  save(store: TurnStore, sources: ReadonlyMap<string, Source>, ledger: Uint8Array | null): void {
    const generation = this.#state.generation + 1
    const days = { ...this.#state.days }
    const rowsByDay = rowsOf(store)
    for (const day of store.dirtyDays) {
      const rows = rowsByDay.get(day)
      delete days[day]
      if (rows) days[day] = { file: this.#write(`${day}.${generation}.bin`, packRaw(store.raw, rows, store.words)) }
    }
    const partitions: State['partitions'] = {}
    for (const [name, partition] of store.partitions) {
      const { tier, from, to, turns, table, dirty } = partition
      if (table?.size === 0) continue
      const known = this.#state.partitions[name]
      const file = dirty && table ? this.#write(`${name}.${generation}.bin`, packRolled(table, store.words)) : known?.file
      if (file !== undefined) partitions[name] = { file, tier, from, to, turns }
    }
    const vault = ledger === null ? this.#state.vault : this.#write(`vault.${generation}.bin`, ledger)
    const state: State = { version: schemaVersion, generation, days, partitions, sources: Object.fromEntries(sources), vault }
    this.#writeState(state)
    store.dirtyDays.clear()
    for (const [name, partition] of store.partitions) {
      partition.dirty = false
      if (partition.table?.size === 0) store.partitions.delete(name)
    }
    this.#state = state
    this.#sweep()
  }

  #readPartition(name: string, words: Dictionary): RolledTable {
    return unpackRolled(this.#bytes(this.#state.partitions[name]?.file ?? name), words)
  }

  #bytes(file: string): Uint8Array {
    return readFileSync(join(this.#folder, file))
  }

  #write(file: string, bytes: Uint8Array): string {
    writeFileSync(join(this.#folder, file), bytes, { mode: 0o600 })
    return file
  }

  #writeState(state: State): void {
    const path = join(this.#folder, 'state.json')
    const handle = openSync(`${path}.tmp`, 'w', 0o600)
    try {
      writeFileSync(handle, JSON.stringify(state))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(`${path}.tmp`, path)
  }

  #sweep(): void {
    const { days, partitions, vault } = this.#state
    const files = [...Object.values(days), ...Object.values(partitions)].map(({ file }) => file)
    const wanted = new Set(['state.json', ...files, ...(vault === null ? [] : [vault])])
    for (const file of readdirSync(this.#folder)) if (!wanted.has(file)) rmSync(join(this.#folder, file), { force: true })
  }
}

function rowsOf(store: TurnStore): Map<string, number[]> {
  const found = new Map<string, number[]>()
  if (store.dirtyDays.size === 0) return found
  // The name of a day is made once, not for each of a million turns.
  const byDay = new Map<number, number[]>()
  for (let row = 0; row < store.raw.size; row += 1) {
    const day = startOfDay(store.raw.at[row] ?? 0)
    const rows = byDay.get(day)
    if (rows) rows.push(row)
    else byDay.set(day, [row])
  }
  for (const [day, rows] of byDay) found.set(partitionName('raw', day), rows)
  return found
}
