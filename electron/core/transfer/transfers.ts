import { openAsBlob } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, isErrorCode, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ContextPrompt, ContextState, ExportFormat, PromptTools, Transfer } from '../../../shared/domain/transfer.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { checkTarget, planExport, type Selection } from './export-plan.ts'
import { fullPath } from './full-path.ts'
import { importInto, workFor } from './import-job.ts'
import { importLimits, transferLimits } from './limits.ts'
import { contextPrompt } from './prompt.ts'
import { receive } from './receive.ts'
import { SessionFollower } from './session-follower.ts'
import { SessionOpener, type SessionCopies } from './session-opener.ts'
import { TransferRecord } from './transfer-record.ts'
import { Turnstile } from './turnstile.ts'

export type TransfersOptions = {
  /** The data folder. */
  folder: string
  conversations: ConversationStore
  vault: SessionCopies
  /** The conversation that holds a session; null without one. */
  ownerOf: (sessionId: string) => string | null
  /** Whether Claude Code has a session. */
  claudeHas: (sessionId: string) => Promise<boolean>
  /** A file from which nothing comes for so many milliseconds is given up. */
  stallMs?: number
  /** Called when conversations were taken in whose turns nobody has counted yet. */
  onTaken?: () => void
  log: Log
}

/** Exports and imports: started, followed, stopped, and remembered for a while. */
export class Transfers {
  readonly #options: TransfersOptions
  readonly #folder: string
  readonly #records = new Map<string, TransferRecord>()
  readonly #turnstile = new Turnstile(transferLimits.running, transferLimits.waiting)
  readonly #working = new Set<Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #opener: SessionOpener
  readonly #follower: SessionFollower

  private constructor(options: TransfersOptions) {
    this.#options = options
    this.#folder = join(options.folder, 'transfers')
    this.#opener = new SessionOpener({ ...options, folder: this.#folder })
    const catchUp = (sessionId: string) => this.#opener.catchUp(sessionId)
    this.#follower = new SessionFollower({ ...options, catchUp })
  }

  /** Clears what the last run left half done. */
  static async open(options: TransfersOptions): Promise<Transfers> {
    const transfers = new Transfers(options)
    await rm(transfers.#folder, { recursive: true, force: true })
    await mkdir(transfers.#folder, { recursive: true, mode: 0o700 })
    return transfers
  }

  /** Whether Claude knows what was said in a conversation when it goes on. Throws NOT_FOUND. */
  async context(id: string): Promise<ContextState> {
    const { conversations, vault, claudeHas } = this.#options
    const { messageCount, sessionId, lastTurn } = conversations.get(id)
    if (messageCount === 0) return 'none'
    // A first turn that failed or runs has told nobody anything yet.
    if (sessionId === null) {
      if (lastTurn !== null) return lastTurn.outcome === 'done' ? 'lost' : 'none'
      // The user's own commands are lines of the thread, and nothing that Claude could know.
      const { items } = await conversations.messages(id, { limit: 100, superseded: false })
      return items.every(({ role }) => role === 'system') ? 'none' : 'lost'
    }
    await vault.ready
    return vault.filesOf(sessionId).some(({ kind }) => kind === 'session') || (await claudeHas(sessionId)) ? 'known' : 'lost'
  }

  list(): Transfer[] {
    return [...this.#records.values()].map(({ value }) => value).toReversed()
  }

  /** Throws NOT_FOUND. */
  get(id: string): Transfer {
    return this.#find(id).value
  }

  /** Settles when it has ended, however. */
  ended(id: string): Promise<Transfer> {
    return this.#find(id).ended
  }

  /** Stops one that runs; what an import has taken so far stays. */
  cancel(id: string): Transfer {
    const record = this.#find(id)
    record.end('cancelled')
    record.abort.abort()
    return record.value
  }

  /** Begins to export; to a path, or to a file that `file` gives. Throws NOT_FOUND, BAD_REQUEST, STATE_CONFLICT. */
  async export(selection: Selection, format: ExportFormat, to?: { path: string; overwrite: boolean }): Promise<Transfer> {
    const { items, name, mediaType, about } = planExport(this.#options.conversations, selection, format)
    const target = to === undefined ? null : await checkTarget(to.path, name, { dataFolder: this.#options.folder, overwrite: to.overwrite })
    const record = this.#add('export', about)
    record.set({ total: items.length })
    this.#run(record, async (folder) => {
      const written = target ?? join(folder, 'export')
      const replace = to === undefined || to.overwrite
      await workFor(record, { kind: 'export', items, format, target: written, replace }, (message) => {
        if (message.type === 'export-progress') record.set({ done: message.done, bytes: message.bytes })
      })
      const { size } = await stat(written)
      record.set({ file: { name: basename(target ?? name), bytes: size, mediaType, savedTo: target }, done: items.length, bytes: size })
    })
    return record.value
  }

  /** What an export made. Throws NOT_FOUND when it is no more, STATE_CONFLICT while it runs, or what made it fail. */
  async file(id: string): Promise<File> {
    const record = this.#find(id)
    const { state, file, error } = record.value
    if (error) throw asThrown(error)
    if (state === 'running') throw new AppError('STATE_CONFLICT', 'This export still runs. Ask again when it has ended.')
    if (!file) throw new AppError('NOT_FOUND', 'There is no file of this export. Start it again.')
    const blob = await openAsBlob(file.savedTo ?? join(this.#folder, id, 'export'), { type: file.mediaType })
    return new File([blob], file.name, { type: file.mediaType })
  }

  /** Exports and answers the file. */
  async download(selection: Selection, format: ExportFormat, signal?: AbortSignal): Promise<File> {
    const { id } = await this.export(selection, format)
    const stop = () => void this.cancel(id)
    signal?.addEventListener('abort', stop, { once: true })
    const ended = await this.ended(id)
    signal?.removeEventListener('abort', stop)
    if (ended.error) throw asThrown(ended.error)
    return this.file(id)
  }

  /** Begins to import a file or folder of this machine. Throws BAD_REQUEST. */
  import(path: string): Transfer {
    const full = fullPath(path)
    const record = this.#add('import', basename(full))
    this.#run(record, (folder) => this.#import(record, full, folder))
    return record.value
  }

  /** Takes bytes as they come, then imports them. Resolves once all have come. Throws TOO_LARGE, DISK_FULL. */
  async importBytes(bytes: AsyncIterable<unknown>, name: string, maxBytes: number = importLimits.uploadBytes): Promise<Transfer> {
    const record = this.#add('import', basename(name.replaceAll('\\', '/')).slice(0, 200) || 'upload')
    const received = Promise.withResolvers<void>()
    this.#run(record, async (folder) => {
      const path = join(folder, 'upload')
      try {
        await receive(path, bytes, { maxBytes, stallMs: this.#stallMs, signal: record.abort.signal })
      } catch (thrown) {
        const error = toStorageError(thrown, path)
        received.reject(error)
        throw error
      }
      received.resolve()
      await this.#import(record, path, folder)
    })
    await received.promise
    return record.value
  }

  /** Throws NOT_FOUND. */
  prompt(id: string, options: { tools: PromptTools; maxTokens: number }): Promise<ContextPrompt> {
    return contextPrompt(this.#options.conversations.fileOf(id), options)
  }

  /**
   * The conversation of ours for a session of Claude Code's: the one that holds it, or one that is made from the vault's copy.
   * A message to it goes on in that very session. Throws NOT_FOUND, or STATE_CONFLICT when nothing was said in it.
   */
  async openSession(sessionId: string): Promise<Conversation> {
    // Which conversation holds it is known once all of them are.
    await this.#options.conversations.settled()
    return this.#opener.open(sessionId)
  }

  /** Stops what runs and clears up. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const record of this.#records.values()) {
      record.end('cancelled')
      record.abort.abort()
    }
    await Promise.allSettled(this.#working)
    await Promise.all([this.#opener.close(), this.#follower.close()])
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #stallMs(): number {
    return this.#options.stallMs ?? importLimits.stallMs
  }

  async #import(record: TransferRecord, path: string, staging: string): Promise<void> {
    const { conversations } = this.#options
    try {
      await conversations.settled()
      await importInto(conversations, record, { path, name: record.value.about, staging, stallMs: this.#stallMs })
    } finally {
      if ((record.value.report?.taken ?? 0) > 0) this.#options.onTaken?.()
    }
  }

  #add(kind: Transfer['kind'], about: string): TransferRecord {
    if (this.#turnstile.full)
      throw new AppError('LIMIT_REACHED', 'Too many exports and imports wait already. Wait until some have ended, then try again.')
    const record = new TransferRecord(kind, about)
    this.#records.set(record.id, record)
    for (const [id, old] of this.#records) {
      if (this.#records.size <= transferLimits.kept) break
      if (!old.running) void this.#forget(id)
    }
    return record
  }

  /** Runs it when it is its turn, with a folder of its own, and clears up. */
  #run(record: TransferRecord, run: (folder: string) => Promise<void>): void {
    const folder = join(this.#folder, record.id)
    const working = this.#turnstile
      .pass(async () => {
        if (!record.running) return
        makeOwnFolder(folder)
        await run(folder)
      })
      .then(
        () => null,
        (thrown: unknown) => toStorageError(thrown, folder),
      )
      .then(async (error) => {
        if (error?.code === 'INTERNAL' && record.running)
          this.#options.log.error({ err: error.cause ?? error }, 'an export or import failed')
        await this.#clearUp(record, folder, error === null)
        if (error) record.fail(error)
        else record.end('done')
      })
    this.#working.add(working)
    void working.finally(() => this.#working.delete(working))
  }

  /** What an export made stays for a while; all else goes. */
  async #clearUp(record: TransferRecord, folder: string, isWell: boolean): Promise<void> {
    const { state, file } = record.value
    const isWanted = isWell && state === 'running' && file !== null && file.savedTo === null
    if (!isWanted) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.#forget(record.id)
    }, transferLimits.keptMs)
    timer.unref()
    this.#timers.add(timer)
  }

  async #forget(id: string): Promise<void> {
    this.#records.delete(id)
    await rm(join(this.#folder, id), { recursive: true, force: true }).catch(() => undefined)
  }

  #find(id: string): TransferRecord {
    const record = this.#records.get(id)
    if (!record) throw new AppError('NOT_FOUND', 'There is no such export or import any more. Start it again.')
    return record
  }
}

/** An error that was stored, to be thrown again. */
function asThrown({ code, message }: ErrorInfo): AppError {
  return new AppError(isErrorCode(code) ? code : 'INTERNAL', message)
}
