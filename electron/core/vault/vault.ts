import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import type {
  VaultAgent,
  VaultCleanUp,
  VaultEarlier,
  VaultScan,
  VaultSession,
  VaultSource,
  VaultStatus,
} from '../../../shared/domain/vault.ts'
import type { WorkOrigin } from '../../../shared/domain/work-origin.ts'
import type { Log } from '../log.ts'
import type { Problems } from '../storage/problems.ts'
import { Copies, type VaultFile } from './copies.ts'
import { lookAtSource } from './retention.ts'
import { SessionIndex } from './session-index.ts'
import type { StoredSession } from './session-view.ts'
import { pageOfSessions, soonMs, withOrigin, type VaultFilter } from './vault-list.ts'
import { cleanUpOf, isOnlyHere, type VaultCleanUpQuery } from './vault-clean-up.ts'
import type { FileRecord } from './vault-record.ts'
import { folderOf, type VaultRoots } from './vault-roots.ts'
import { lookLimitMs, scanLimitMs, startVaultThread, type VaultThread } from './vault-thread.ts'
import type { WorkerReport } from './worker-protocol.ts'

export type VaultOptions = {
  /** The data folder. */
  folder: string
  /** Whose histories are kept. */
  roots: VaultRoots
  /** Which conversation of ours holds a session, or holds it in the trash; `revision` ascends when that changes. */
  owners: { of: (sessionId: string) => string | null; inTrash: (sessionId: string) => string | null; revision: number }
  /** What the work of a conversation belongs to, in the trash too; left out: of none anything is known. */
  originOf?: ((conversationId: string) => WorkOrigin | undefined) | undefined
  /** Called after changes, at most twice a second. `listChanged`: not the progress alone. */
  onStatus: (status: VaultStatus, listChanged: boolean) => void
  log: Log
  /** Is told when its thread has died. */
  problems?: Problems | undefined
  rescanMinutes?: number
}

const statusEveryMs = 500
const lookAgainMs = 10_000
const readyLimitMs = 30_000

/** Copies of all that Claude Code has written down, kept up to date by a thread of its own, and given back when Claude Code has deleted it. */
export class Vault {
  /** Resolves when all that was known at the last end is known again; then lists are whole. */
  readonly ready: Promise<void>
  readonly #options: VaultOptions
  readonly #index = new SessionIndex()
  readonly #copies: Copies
  readonly #thread: VaultThread
  readonly #listeners = new Set<(sessionIds: readonly string[]) => void>()
  readonly #loaded = Promise.withResolvers<void>()
  #sources: VaultSource[]
  #lookedAt = Number.NEGATIVE_INFINITY
  #scan: VaultScan = { running: false, total: 0, done: 0, bytes: 0, finishedAt: null, problem: null }
  /** What stays wrong until the next start. */
  #problem: string | null = null
  #revision = 0
  #toldRevision = 0
  #list: { sessions: readonly VaultSession[]; of: readonly StoredSession[]; owners: number } | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: VaultOptions) {
    this.#options = options
    const sources = options.roots.followed.map(folderOf)
    this.#sources = sources.map((source) => ({ ...source, readable: true, keepsDays: 30 }))
    this.#copies = new Copies({
      folder: join(options.folder, 'vault'),
      projects: (source) => {
        const root = options.roots.of(source)
        return root && folderOf(root).folder
      },
    })
    this.ready = this.#loaded.promise.then(async () => {
      await this.#look()
      // In order before anybody asks.
      this.sessions()
    })
    this.#thread = startVaultThread({
      data: () => ({
        folder: join(options.folder, 'vault'),
        sources: options.roots.followed.map(folderOf),
        rescanMinutes: options.rescanMinutes ?? 5,
      }),
      onReport: (report) => this.#take(report),
      log: options.log,
      problems: options.problems,
    })
  }

  /** All sessions, the one that changed last first. Whole once `ready`. */
  sessions(): readonly VaultSession[] {
    const of = this.#index.sessions()
    const owners = this.#options.owners.revision
    if (this.#list?.of !== of || this.#list.owners !== owners) {
      this.#list = { sessions: of.map((session) => this.#withConversation(session)), of, owners }
    }
    return this.#list.sessions
  }

  /** Throws NOT_FOUND. */
  get(sessionId: string): VaultSession {
    const session = this.find(sessionId)
    if (session) return withOrigin(session, this.#originOf)
    throw new AppError('NOT_FOUND', 'The vault has no copy of this session. Press Scan to look again.')
  }

  find(sessionId: string): VaultSession | null {
    const session = this.#index.session(sessionId)
    return session && this.#withConversation(session)
  }

  /** The conversation in the trash that holds it. */
  trashedOwner(sessionId: string): string | null {
    return this.#options.owners.inTrash(sessionId)
  }

  /** When something was said in it last; null when that is not known. */
  saidAt(sessionId: string): string | null {
    return this.#index.saidAt(sessionId)
  }

  agents(sessionId: string): VaultAgent[] {
    return this.#index.agents(sessionId)
  }

  /** A window of the list. Throws BAD_REQUEST. */
  async list(filter: VaultFilter): Promise<ReturnType<typeof pageOfSessions> & { status: VaultStatus }> {
    await this.#whenReady()
    return { ...pageOfSessions(this.sessions(), filter, this.#originOf), status: await this.status() }
  }

  async status(): Promise<VaultStatus> {
    await this.#whenReady()
    if (performance.now() - this.#lookedAt > lookAgainMs) await this.#look()
    return this.#statusNow()
  }

  /** Our copy of a session's transcript, or null. */
  fileOf(sessionId: string): VaultFile | null {
    return this.filesOf(sessionId).find(({ kind }) => kind === 'session') ?? null
  }

  /** Our copies of a session's transcript, if it is there, of those of its sub-agents, and of what tools answered at length. */
  filesOf(sessionId: string): VaultFile[] {
    return this.#index.files(sessionId).flatMap((record) => this.#copies.file(record) ?? [])
  }

  /** Tells which sessions have come or changed. Answers how to stop that. */
  onChange(listener: (sessionIds: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Follows the histories that instances keep elsewhere, too. Throws DISK_FULL or DATA_FOLDER_READONLY. */
  async follow(configs: readonly string[]): Promise<void> {
    const { roots } = this.#options
    if (!(await roots.want(configs))) return
    this.#thread.tell({ type: 'follow', sources: roots.followed.map(folderOf) })
    await this.#look()
  }

  /** Looks through everything; resolves at its end. */
  async scan(): Promise<void> {
    await this.#whenReady()
    await this.#thread.call('scan', null, { limitMs: scanLimitMs })
    await this.#look()
  }

  /**
   * Puts a deleted transcript and the files of its sub-agents back; answers their paths. What is there is never touched: an earlier
   * `version` of one that Claude Code still has goes beside it, as a session of its own. Throws NOT_FOUND, STATE_CONFLICT when Claude
   * Code still has it, DISK_FULL or DATA_FOLDER_READONLY.
   */
  async restore(sessionId: string, version?: number): Promise<{ session: VaultSession; files: string[] }> {
    await this.#whenReady()
    const { isInClaude } = this.get(sessionId)
    const records = this.#index.files(sessionId)
    const [first] = records
    if (!first) throw stillThere()
    if (version !== undefined && isInClaude) {
      const beside = await this.#copies.putBeside(first, sessionId, version)
      await this.#hasCome(first.source, [beside.path])
      const file = this.#copies.original({ source: first.source, path: beside.path })
      return { session: this.find(beside.sessionId) ?? this.get(sessionId), files: [file] }
    }
    const put: FileRecord[] = []
    for (const record of records) {
      if (await this.#copies.putBack(record, record === first ? version : undefined)) put.push(record)
      else if (put.length === 0) throw stillThere()
    }
    await this.#hasCome(
      first.source,
      put.map(({ path }) => path),
    )
    return { session: this.get(sessionId), files: put.map((record) => this.#copies.original(record)) }
  }

  /** Earlier states of a session's transcript that are kept, as it was rewritten; the first one first. */
  async earlier(sessionId: string): Promise<VaultEarlier[]> {
    const [main] = this.#index.files(sessionId)
    const found = main ? await this.#copies.earlier(main) : []
    return found.map(({ version, diskBytes, until }) => ({ version, bytes: diskBytes, until: new Date(until).toISOString() }))
  }

  /** What its copies take on the disk. */
  diskBytes(sessionId: string): number {
    return this.#index.diskBytesOf(sessionId).all
  }

  /** What a clean-up would delete. */
  async cleanUp(query: VaultCleanUpQuery): Promise<VaultCleanUp> {
    await this.#whenReady()
    return cleanUpOf(this.sessions(), query, (sessionId) => this.#index.diskBytesOf(sessionId))
  }

  /** Deletes copies for good; answers how many sessions that was, and what it freed. What the clean-up would leave alone stays. */
  async remove(sessionIds: readonly string[], what: VaultCleanUpQuery['what']): Promise<{ removed: number; bytes: number }> {
    await this.#whenReady()
    const before = this.#index.diskBytes
    let removed = 0
    for (const sessionId of new Set(sessionIds)) {
      const session = this.find(sessionId)
      if (!session || (what === 'copies' && !isOnlyHere(session))) continue
      for (const [source, records] of Map.groupBy(this.#index.everyFile(sessionId), (record) => record.source))
        await this.#thread.call('remove', { source, paths: records.map(({ path }) => path), what }, { limitMs: scanLimitMs })
      if (what === 'earlier' || this.find(sessionId) === null) removed += 1
    }
    return { removed, bytes: before - this.#index.diskBytes }
  }

  /** Puts a session back that is about to be resumed; false when the vault does not have it or could not. Never rejects. */
  async bringBack(sessionId: string): Promise<boolean> {
    try {
      // A turn waits for it: not longer than it takes a person to wonder.
      await this.#whenReady(lookLimitMs)
      await this.restore(sessionId)
      this.#options.log.info({ sessionId }, 'a session was put back from the vault')
      return true
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code !== 'NOT_FOUND') this.#options.log.warn({ sessionId, err: error }, 'a session could not be put back')
      return false
    }
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#listeners.clear()
    this.#loaded.resolve()
    await this.#thread.close()
  }

  /** What was put back is there, whether or not the thread can say so now. Never rejects. */
  async #hasCome(source: string, paths: string[]): Promise<void> {
    await this.#thread.call('look', { source, paths }, { limitMs: lookLimitMs }).catch(() => null)
  }

  /** Throws UNAVAILABLE where reading what there is takes too long, as when its thread dies over it. */
  async #whenReady(limitMs = readyLimitMs): Promise<void> {
    const limit = Promise.withResolvers<never>()
    const refuse = () => limit.reject(new AppError('UNAVAILABLE', 'The vault is still being read. Try again in a moment.'))
    const timer = setTimeout(refuse, limitMs)
    try {
      await Promise.race([this.ready, limit.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #take(report: WorkerReport): void {
    if (report.type === 'records') {
      const changed = this.#index.take(report.records)
      this.#revision += 1
      for (const listener of this.#listeners) listener(changed)
    }
    if (report.type === 'loaded') this.#loaded.resolve()
    if (report.type === 'scan') this.#scan = report.scan
    if (report.type === 'problem') {
      this.#problem = report.message
      this.#options.log.warn({ problem: report.message }, 'vault')
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const listChanged = this.#revision !== this.#toldRevision
      this.#toldRevision = this.#revision
      this.#options.onStatus(this.#statusNow(), listChanged)
    }, statusEveryMs)
  }

  /** How long Claude Code keeps what it has written, and whether we may read it. */
  async #look(): Promise<void> {
    this.#lookedAt = performance.now()
    this.#sources = await Promise.all(this.#options.roots.followed.map(lookAtSource))
    this.#index.setRetention(this.#sources)
  }

  #statusNow(): VaultStatus {
    return {
      sources: this.#sources,
      scan: { ...this.#scan, problem: this.#scan.problem ?? this.#problem ?? this.#options.roots.problem },
      ...this.#index.count(Date.now() + soonMs),
      bytes: this.#index.bytes,
      diskBytes: this.#index.diskBytes,
      revision: this.#revision,
    }
  }

  readonly #originOf = ({ sessionId, conversationId }: VaultSession): WorkOrigin | undefined => {
    const holder = conversationId ?? this.#options.owners.inTrash(sessionId)
    return holder === null ? undefined : this.#options.originOf?.(holder)
  }

  #withConversation(session: StoredSession): VaultSession {
    const { owners } = this.#options
    return { ...session, conversationId: owners.of(session.sessionId), inTrash: owners.inTrash(session.sessionId) !== null }
  }
}

function stillThere(): AppError {
  return new AppError(
    'STATE_CONFLICT',
    'Claude Code still has this session, so there is nothing to put back. Resume it, or open it as a conversation.',
  )
}
