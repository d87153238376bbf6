import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { VaultSourceName } from '../../../shared/domain/vault.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { foldFile } from './fold-file.ts'
import { RecordLog } from './record-log.ts'
import { removeLeftovers, syncCopies, updateCopy } from './safe-copy.ts'
import { listSource, lookAt, type SourceFile } from './source-files.ts'
import { keyOf, roleOf, type FileRecord } from './vault-record.ts'

export type SourceFolder = { name: VaultSourceName; /** Its folder of projects. */ folder: string }

/** How a pass over everything is going. */
export type ScanState = { running: boolean; total: number; done: number; bytes: number; finishedAt: string | null; problem: string | null }

export type KeeperOptions = {
  /** Where the copies go. */
  folder: string
  sources: readonly SourceFolder[]
  onRecords: (records: readonly FileRecord[]) => void
  onScan: (scan: ScanState) => void
  /** What the clock says, in milliseconds. */
  now?: () => number
}

type Job = { source: SourceFolder; path: string }
type UrgentJob = Job & { done: PromiseWithResolvers<void> }

const workMs = 40
const restMs = 8
const perBatch = 100
const dayMs = 86_400_000

/** Keeps the copies up to date: reads Claude Code's files, never writes there. One file after another; live changes come first. */
export class VaultKeeper {
  readonly #options: KeeperOptions
  readonly #log: RecordLog
  #records = new Map<string, FileRecord>()
  #changed = new Map<string, FileRecord>()
  #unsynced = new Set<string>()
  readonly #urgent = new Map<string, UrgentJob>()
  #backlog: Job[] = []
  #scan: ScanState = { running: false, total: 0, done: 0, bytes: 0, finishedAt: null, problem: null }
  #scanning: Promise<void> | null = null
  #pumping: Promise<void> | null = null
  #busySince = performance.now()
  #unreadable = 0
  #closed = false

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#log = new RecordLog(join(options.folder, 'index.jsonl'))
  }

  /** Reads what was known at the last end. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    } catch (thrown) {
      throw toStorageError(thrown, this.#options.folder)
    }
    await removeLeftovers(this.#options.folder)
    this.#records = await this.#log.load()
    const all = [...this.#records.values()]
    for (let from = 0; from < all.length; from += 500) this.#options.onRecords(all.slice(from, from + 500))
  }

  /** Goes through everything once and brings every copy up to date; whoever asks meanwhile waits for the same pass. Never rejects. */
  scan(): Promise<void> {
    this.#scanning ??= this.#scanAll()
      .catch((thrown: unknown) => this.#tell({ problem: toStorageError(thrown, this.#options.folder).message }))
      .finally(() => {
        this.#scanning = null
        this.#tell({ running: false, finishedAt: new Date(this.#now()).toISOString() })
      })
    return this.#scanning
  }

  /** A file has changed, come or gone. Resolves when the vault knows. */
  changed(source: SourceFolder, path: string): Promise<void> {
    const key = keyOf({ source: source.name, path })
    const job = this.#urgent.get(key) ?? { source, path, done: Promise.withResolvers<void>() }
    this.#urgent.set(key, job)
    void this.#pump()
    return job.done.promise
  }

  /** Resolves when nothing is left to be done. */
  async idle(): Promise<void> {
    while (this.#scanning ?? this.#pumping) await (this.#scanning ?? this.#pumping)
  }

  /** Stops after the file at hand; what was done stays. */
  async close(): Promise<void> {
    this.#closed = true
    this.#dropAll()
    await this.idle()
    await this.#log.close()
  }

  async #scanAll(): Promise<void> {
    this.#unreadable = 0
    this.#tell({ running: true, total: 0, done: 0, bytes: 0, problem: null })
    const jobs: (Job & { file: SourceFile })[] = []
    for (const source of this.#options.sources) {
      const { files, unreadable } = await listSource(source.folder)
      this.#unreadable += unreadable.length
      this.#markGone(source, new Set(files.map(({ path }) => path)), unreadable)
      for (const file of files)
        if (!this.#isCurrent(source, file) || !this.#hasCopy(source, file)) jobs.push({ source, path: file.path, file })
    }
    this.#backlog = this.#inOrder(jobs)
    this.#tell({ total: jobs.length })
    await this.#pump()
    if (this.#unreadable > 0 && this.#scan.problem === null) this.#tell({ problem: unreadableWords(this.#unreadable) })
  }

  /** What may be deleted soonest comes first, then the newest. */
  #inOrder(jobs: readonly (Job & { file: SourceFile })[]): Job[] {
    const old = this.#now() - 25 * dayMs
    const rank = ({ file }: { file: SourceFile }): number => (file.mtimeMs < old ? 0 : 1)
    return jobs.toSorted((a, b) => rank(a) - rank(b) || b.file.mtimeMs - a.file.mtimeMs).map(({ source, path }) => ({ source, path }))
  }

  #isCurrent(source: SourceFolder, file: SourceFile): boolean {
    const record = this.#records.get(keyOf({ source: source.name, path: file.path }))
    return record !== undefined && record.present && record.size === file.size && record.mtimeMs === file.mtimeMs
  }

  /** A power cut, or somebody else, may have taken from a copy what is still in the original. */
  #hasCopy(source: SourceFolder, { path }: SourceFile): boolean {
    const key = keyOf({ source: source.name, path })
    const record = this.#records.get(key)
    const bytes = statSync(this.#copyOf(source, path), { throwIfNoEntry: false })?.size ?? 0
    if (record && bytes < record.copied) this.#records.set(key, { ...record, mtimeMs: -1, fold: null })
    return record !== undefined && bytes >= record.copied
  }

  #copyOf(source: SourceFolder, path: string): string {
    return join(this.#options.folder, source.name, ...path.split('/'))
  }

  #markGone(source: SourceFolder, found: ReadonlySet<string>, unreadable: readonly string[]): void {
    for (const record of this.#records.values()) {
      if (record.source !== source.name || !record.present || found.has(record.path)) continue
      if (!unreadable.some((folder) => folder === '' || record.path.startsWith(`${folder}/`))) this.#keep({ ...record, present: false })
    }
  }

  #pump(): Promise<void> {
    this.#pumping ??= this.#work().finally(() => {
      this.#pumping = null
      if (this.#urgent.size > 0 && !this.#closed) void this.#pump()
    })
    return this.#pumping
  }

  async #work(): Promise<void> {
    for (let job = this.#next(); job; job = this.#next()) {
      try {
        await this.#update(job)
      } catch (thrown) {
        if (!this.#mayGoOn(thrown)) break
      } finally {
        if (this.#changed.size >= perBatch || job.done) await this.#flush()
        job.done?.resolve()
      }
      if (!job.done) this.#tell({ done: this.#scan.done + 1 })
      await this.#breathe()
    }
    await this.#flush()
  }

  #next(): (Job & { done?: PromiseWithResolvers<void> }) | null {
    if (this.#closed) return null
    for (const [key, job] of this.#urgent) {
      this.#urgent.delete(key)
      return job
    }
    return this.#backlog.shift() ?? null
  }

  #dropAll(): void {
    this.#backlog = []
    for (const { done } of this.#urgent.values()) done.resolve()
    this.#urgent.clear()
  }

  async #update({ source, path }: Job): Promise<void> {
    const key = keyOf({ source: source.name, path })
    const known = this.#records.get(key)
    const before = lookAt(source.folder, path)
    if (!before) {
      if (known?.present) this.#keep({ ...known, present: false })
      return
    }
    if (known && this.#isCurrent(source, before)) return
    const copy = this.#copyOf(source, path)
    const result = updateCopy(join(source.folder, ...path.split('/')), copy)
    if (result.change !== 'same') this.#unsynced.add(copy)
    const after = lookAt(source.folder, path)
    const settled = after?.size === before.size && after.mtimeMs === before.mtimeMs
    const fold = await this.#fold(path, copy, result.change === 'replaced' || result.change === 'begun' ? null : (known?.fold ?? null))
    this.#keep({
      source: source.name,
      path,
      size: before.size,
      mtimeMs: settled ? before.mtimeMs : -1,
      present: after !== null,
      copied: result.bytes,
      versions: Math.max(known?.versions ?? 0, result.version ?? 0),
      fold,
    })
    this.#scan.bytes += result.change === 'same' ? 0 : result.bytes
    if (!settled && after) void this.changed(source, path)
  }

  async #fold(path: string, copy: string, known: FileRecord['fold']): Promise<FileRecord['fold']> {
    if (!path.endsWith('.jsonl')) return null
    const { size } = statSync(copy)
    const from = known && known.bytes <= size ? known : null
    return foldFile(copy, from, { ofAgent: roleOf(path, known)?.kind !== 'session', breathe: () => this.#breathe() })
  }

  /** One file that cannot be read is passed over; a disk that takes no more ends the pass until the next one. */
  #mayGoOn(thrown: unknown): boolean {
    const code = systemCode(thrown)
    if (code === 'ENOENT') return true
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') {
      this.#dropAll()
      this.#tell({ problem: toStorageError(thrown, join(this.#options.folder, 'x')).message })
      return false
    }
    this.#unreadable += 1
    return true
  }

  #keep(record: FileRecord): void {
    this.#records.set(keyOf(record), record)
    this.#changed.set(keyOf(record), record)
  }

  /** On disk first, then told. */
  async #flush(): Promise<void> {
    if (this.#changed.size === 0) return
    const records = [...this.#changed.values()]
    const copies = [...this.#unsynced]
    this.#unsynced.clear()
    try {
      await syncCopies(copies)
      await this.#log.append(records)
      this.#changed = new Map([...this.#changed].filter(([key, record]) => this.#records.get(key) !== record || !records.includes(record)))
    } catch (thrown) {
      // The copies are there; what is known of them is made again at the next start.
      this.#changed.clear()
      this.#tell({ problem: toStorageError(thrown, this.#options.folder).message })
    }
    this.#options.onRecords(records)
  }

  #tell(change: Partial<ScanState>): void {
    this.#scan = { ...this.#scan, ...change }
    this.#options.onScan(this.#scan)
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#busySince < workMs) return nextTurn()
    await wait(restMs)
    this.#busySince = performance.now()
    return undefined
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }
}

function unreadableWords(count: number): string {
  return `${count === 1 ? '1 file or folder' : `${count} files or folders`} of Claude Code's history could not be read. Give yourself the right to read there, then press Scan again.`
}
