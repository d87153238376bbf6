import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { doChore, findChores, type Chore, type ChoreTools } from './chores.ts'
import { hasEarlier, packEarlier, unpackCopy } from './copy-files.ts'
import { foldFile } from './fold-file.ts'
import { RecordStore } from './record-store.ts'
import { removeLeftovers, updateCopy } from './safe-copy.ts'
import { listSource, lookAt, type SourceFile, type SourceFolder } from './source-files.ts'
import { isUnread, keyOf, roleOf, type FileRecord } from './vault-record.ts'

/** How a pass over everything is going. */
export type ScanState = { running: boolean; total: number; done: number; bytes: number; finishedAt: string | null; problem: string | null }

export type CopierOptions = {
  /** Where the copies go. */
  folder: string
  sources: readonly SourceFolder[]
  onRecords: (records: readonly FileRecord[]) => void
  onScan: (scan: ScanState) => void
  /** What the clock says, in milliseconds. */
  now?: () => number
}

/** `look`: bring its copy up to date. */
type Job = { source: SourceFolder; path: string; work: 'look' | Chore }
type UrgentJob = Job & { done: PromiseWithResolvers<void> }

const workMs = 40
const restMs = 8
const perBatch = 100
const dayMs = 86_400_000

/** Keeps the copies up to date: reads Claude Code's files, never writes there. One file after another; live changes come first. */
export class Copier {
  readonly #options: CopierOptions
  #sources: readonly SourceFolder[]
  readonly #records: RecordStore
  readonly #tools: ChoreTools
  readonly #urgent = new Map<string, UrgentJob>()
  #backlog: Job[] = []
  #scan: ScanState = { running: false, total: 0, done: 0, bytes: 0, finishedAt: null, problem: null }
  #scanning: Promise<void> | null = null
  #pumping: Promise<void> | null = null
  #busySince = performance.now()
  #unreadable = 0
  #links = 0
  #closed = false

  constructor(options: CopierOptions) {
    this.#options = options
    this.#sources = options.sources
    this.#records = new RecordStore({
      path: join(options.folder, 'index.jsonl'),
      onRecords: options.onRecords,
      onProblem: (problem) => this.#tell({ problem }),
    })
    this.#tools = {
      records: this.#records,
      copyOf: (source, path) => this.#copyOf(source, path),
      fold: (path, copy) => this.#fold(path, copy, null),
    }
  }

  /** Reads what was known at the last end. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    } catch (thrown) {
      throw toStorageError(thrown, this.#options.folder)
    }
    await removeLeftovers(this.#options.folder)
    await this.#records.open()
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

  /** Keeps these histories from the next pass on; what was kept of others stays. */
  keepFrom(sources: readonly SourceFolder[]): void {
    this.#sources = sources
  }

  /** A pass that begins from now on: one that runs may have gone past what is meant. Never rejects. */
  async scanAnew(): Promise<void> {
    await this.#scanning
    if (!this.#closed) await this.scan()
  }

  /** A file has changed, come or gone. Resolves when the vault knows. */
  changed(source: SourceFolder, path: string): Promise<void> {
    return this.#soon({ source, path, work: 'look' })
  }

  /** Deletes a copy, or only the earlier ones, for good. Nothing happens to the copy of a file that Claude Code still has. */
  remove(source: SourceFolder, path: string, what: 'copies' | 'earlier'): Promise<void> {
    return this.#soon({ source, path, work: what === 'copies' ? 'remove' : 'remove-earlier' })
  }

  #soon(wanted: Job): Promise<void> {
    const key = `${wanted.work}:${keyOf({ source: wanted.source.name, path: wanted.path })}`
    const job = this.#urgent.get(key) ?? { ...wanted, done: Promise.withResolvers<void>() }
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
    await this.#records.close()
  }

  async #scanAll(): Promise<void> {
    this.#unreadable = 0
    this.#links = 0
    this.#tell({ running: true, total: 0, done: 0, bytes: 0, problem: null })
    const jobs: (Job & { file: SourceFile })[] = []
    const later: Job[] = []
    for (const source of this.#sources) {
      const { files, unreadable, links } = await listSource(source.folder)
      this.#unreadable += unreadable.length
      this.#links += links.length
      this.#markGone(source, new Set(files.map(({ path }) => path)), unreadable)
      for (const file of files)
        if (!this.#isCurrent(source, file) || !this.#hasCopy(source, file) || this.#isUnread(source, file))
          jobs.push({ source, path: file.path, work: 'look', file })
      for (const chore of await findChores(source, join(this.#options.folder, source.name), this.#tools)) later.push({ source, ...chore })
    }
    this.#backlog = [...this.#inOrder(jobs), ...later]
    this.#tell({ total: jobs.length })
    await this.#pump()
    const words = [
      ...(this.#unreadable > 0 ? [unreadableWords(this.#unreadable)] : []),
      ...(this.#links > 0 ? [linkWords(this.#links)] : []),
    ]
    if (words.length > 0 && this.#scan.problem === null) this.#tell({ problem: words.join(' ') })
  }

  /** What may be deleted soonest comes first, then the newest. */
  #inOrder(jobs: readonly (Job & { file: SourceFile })[]): Job[] {
    const old = this.#now() - 25 * dayMs
    const rank = ({ file }: { file: SourceFile }): number => (file.mtimeMs < old ? 0 : 1)
    return jobs.toSorted((a, b) => rank(a) - rank(b) || b.file.mtimeMs - a.file.mtimeMs).map(({ file: _file, ...job }) => job)
  }

  #isCurrent(source: SourceFolder, file: SourceFile): boolean {
    const record = this.#records.get({ source: source.name, path: file.path })
    return record !== undefined && record.present && record.size === file.size && record.mtimeMs === file.mtimeMs
  }

  #isUnread(source: SourceFolder, { path }: SourceFile): boolean {
    const record = this.#records.get({ source: source.name, path })
    return record !== undefined && isUnread(record)
  }

  /** A power cut, or somebody else, may have taken from a copy what is still in the original. */
  #hasCopy(source: SourceFolder, { path }: SourceFile): boolean {
    const record = this.#records.get({ source: source.name, path })
    const isPlain = record === undefined || record.packed === null
    const bytes = isPlain ? (statSync(this.#copyOf(source, path), { throwIfNoEntry: false })?.size ?? 0) : record.copied
    if (record && bytes < record.copied) this.#records.doubt({ ...record, mtimeMs: -1, fold: null })
    return record !== undefined && bytes >= record.copied
  }

  #copyOf(source: SourceFolder, path: string): string {
    return join(this.#options.folder, source.name, ...path.split('/'))
  }

  #markGone(source: SourceFolder, found: ReadonlySet<string>, unreadable: readonly string[]): void {
    for (const record of this.#records.of(source.name)) {
      if (!record.present || found.has(record.path)) continue
      if (!unreadable.some((folder) => folder === '' || record.path.startsWith(`${folder}/`)))
        this.#records.keep({ ...record, present: false })
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
        await (job.work === 'look' ? this.#update(job) : doChore(job.work, job.source, job.path, this.#tools))
      } catch (thrown) {
        if (!this.#mayGoOn(thrown, job)) break
      } finally {
        if (this.#records.pending >= perBatch || job.done) await this.#records.flush()
        job.done?.resolve()
      }
      if (!job.done && job.work === 'look') this.#tell({ done: this.#scan.done + 1 })
      await this.#breathe()
    }
    await this.#records.flush()
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
    const known = this.#records.get({ source: source.name, path })
    const before = lookAt(source.folder, path)
    if (!before) {
      if (known?.present) this.#records.keep({ ...known, present: false })
      return
    }
    if (known && this.#isCurrent(source, before) && !isUnread(known)) return
    const copy = this.#copyOf(source, path)
    makeOwnFolder(this.#options.folder)
    this.#records.stay(copy)
    await unpackCopy(copy)
    const result = updateCopy(join(source.folder, ...path.split('/')), copy)
    if (result.change !== 'same') this.#records.written(copy)
    const after = lookAt(source.folder, path)
    const settled = after?.size === before.size && after.mtimeMs === before.mtimeMs
    const fold = await this.#fold(path, copy, result.change === 'replaced' || result.change === 'begun' ? null : (known?.fold ?? null))
    const hasNews = result.version !== null || (known === undefined && hasEarlier(copy))
    const earlier = hasNews ? await packEarlier(copy) : { versions: known?.versions ?? 0, versionBytes: known ? known.versionBytes : 0 }
    this.#records.keep({
      source: source.name,
      path,
      size: before.size,
      mtimeMs: settled ? before.mtimeMs : -1,
      present: after !== null,
      copied: result.bytes,
      ...earlier,
      packed: null,
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
  #mayGoOn(thrown: unknown, { work }: Job): boolean {
    const code = systemCode(thrown) ?? (thrown instanceof Error ? systemCode(thrown.cause) : null)
    if (code === 'ENOENT') return true
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS') {
      this.#dropAll()
      this.#tell({ problem: toStorageError(thrown, join(this.#options.folder, 'x')).message })
      return false
    }
    // What could not be compressed stays plain until the next pass.
    if (work === 'look') this.#unreadable += 1
    return true
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
  return `${count === 1 ? '1 file or folder' : `${count} files or folders`} of Claude Code's history could not be read. Change the permissions, then press Scan again.`
}

function linkWords(count: number): string {
  return `${count === 1 ? '1 transcript or session folder is a link' : `${count} transcripts or session folders are links`}, which Bullpen does not follow. Put the files themselves there; a project's folder as a whole may be a link.`
}
