import { openAsBlob } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ContextPrompt, ExportFormat, PromptTools, Transfer } from '../../../shared/domain/transfer.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Log } from '../log.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import type { BundleItem } from './bundle.ts'
import { fileName } from './file-names.ts'
import { fileKinds } from './formats.ts'
import { importLimits, transferLimits } from './limits.ts'
import { contextPrompt } from './prompt.ts'
import { startWork } from './transfer-worker.ts'
import { TransferRecord } from './transfer-record.ts'
import { Turnstile } from './turnstile.ts'
import type { StagedAbout, WorkerSays } from './worker-messages.ts'
import type { StagedFile } from './stage.ts'

export type TransfersOptions = {
  /** The data folder. */
  folder: string
  conversations: ConversationStore
  log: Log
}

/** Which conversations: these, or all in a state. */
export type Selection = { ids?: readonly string[] | undefined; state: 'active' | 'archived' | 'all' }

/** Exports and imports: started, followed, stopped, and remembered for a while. */
export class Transfers {
  readonly #options: TransfersOptions
  readonly #folder: string
  readonly #records = new Map<string, TransferRecord>()
  readonly #turnstile = new Turnstile(transferLimits.running, transferLimits.waiting)
  readonly #working = new Set<Promise<void>>()
  readonly #timers = new Set<NodeJS.Timeout>()

  private constructor(options: TransfersOptions) {
    this.#options = options
    this.#folder = join(options.folder, 'transfers')
  }

  /** Clears what the last run left half done. */
  static async open(options: TransfersOptions): Promise<Transfers> {
    const transfers = new Transfers(options)
    await rm(transfers.#folder, { recursive: true, force: true })
    await mkdir(transfers.#folder, { recursive: true, mode: 0o700 })
    return transfers
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

  /** Begins to export; to `path`, or to a file that `file` gives. Throws NOT_FOUND, BAD_REQUEST. */
  async export(selection: Selection, format: ExportFormat, path?: string): Promise<Transfer> {
    const items = this.#select(selection)
    if (items.length === 0)
      throw new AppError('BAD_REQUEST', 'There is no conversation to export. Choose at least one.', { data: { field: 'ids' } })
    const name = exportName(items, format)
    const target = path === undefined ? null : await this.#checkTarget(path, name)
    const [only] = items
    const record = this.#add('export', items.length === 1 && only ? only.title : `${items.length} conversations`)
    record.set({ total: items.length })
    this.#run(record, async (folder) => {
      const written = target ?? join(folder, 'export')
      await this.#work(record, { kind: 'export', items, format, target: written }, (message) => {
        if (message.type === 'export-progress') record.set({ done: message.done, bytes: message.bytes })
      })
      const { size } = await stat(written)
      const file = { name: basename(target ?? name), bytes: size, mediaType: mediaTypeOf(items, format), savedTo: target }
      record.set({ file, done: items.length, bytes: size })
    })
    return record.value
  }

  /** What an export made. Throws NOT_FOUND when it is no more, STATE_CONFLICT while it runs, or what made it fail. */
  async file(id: string): Promise<File> {
    const record = this.#find(id)
    const { state, file, error } = record.value
    if (error) throw toAppError(new AppError('INTERNAL', error.message))
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
    if (ended.error) throw new AppError('INTERNAL', ended.error.message)
    return this.file(id)
  }

  /** Begins to import a file or folder of this machine. Throws BAD_REQUEST. */
  import(path: string): Transfer {
    if (!isAbsolute(path))
      throw new AppError('BAD_REQUEST', 'Give the whole path, from the root of the disk on.', { data: { field: 'path' } })
    const record = this.#add('import', basename(path))
    this.#run(record, (folder) => this.#import(record, resolve(path), basename(path), folder))
    return record.value
  }

  /** Takes bytes as they come, then imports them. Resolves once all have come. Throws TOO_LARGE, DISK_FULL. */
  async importBytes(bytes: AsyncIterable<unknown>, name: string, maxBytes: number = importLimits.uploadBytes): Promise<Transfer> {
    const record = this.#add('import', basename(name.replaceAll('\\', '/')).slice(0, 200) || 'upload')
    const received = Promise.withResolvers<void>()
    this.#run(record, async (folder) => {
      const path = join(folder, 'upload')
      try {
        await receive(path, bytes, maxBytes, record.abort.signal)
      } catch (thrown) {
        received.reject(thrown)
        throw thrown
      }
      received.resolve()
      await this.#import(record, path, record.value.about, folder)
    })
    await received.promise
    return record.value
  }

  /** Throws NOT_FOUND. */
  prompt(id: string, options: { tools: PromptTools; maxTokens: number }): Promise<ContextPrompt> {
    return contextPrompt(this.#options.conversations.fileOf(id), options)
  }

  /** Stops what runs and clears up. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const record of this.#records.values()) {
      record.end('cancelled')
      record.abort.abort()
    }
    await Promise.allSettled(this.#working)
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #import(record: TransferRecord, path: string, name: string, folder: string): Promise<void> {
    const { conversations } = this.#options
    const sessions = conversations
      .heads()
      .flatMap(({ id, sessionId, forkAt }) => (sessionId === null || forkAt !== undefined ? [] : [[sessionId, id] as const]))
    const known = conversations.files()
    await this.#work(record, { kind: 'import', path, name, staging: folder, known, sessions }, async (message) => {
      if (!record.running) return
      if (message.type === 'import-progress') record.set(message.progress)
      else if (message.type === 'item') record.item(message.item)
      else if (message.type === 'staged') await this.#publish(record, message.file, message.about)
    })
    const { taken = 0, duplicates = 0, refused = 0 } = record.value.report ?? {}
    record.set({
      done: taken + duplicates + refused,
      total: taken + duplicates + refused,
      bytes: record.value.totalBytes ?? record.value.bytes,
    })
  }

  async #publish(
    record: TransferRecord,
    { path, conversation, lastMessageSeq }: StagedFile,
    { from, archived, reason }: StagedAbout,
  ): Promise<void> {
    const { id, title, messageCount } = conversation
    try {
      await this.#options.conversations.adopt(path, conversation, lastMessageSeq)
      if (archived) await this.#options.conversations.archive(id)
      record.item({ from, title, outcome: 'taken', reason, conversationId: id }, messageCount)
    } catch (thrown) {
      if (toAppError(thrown).code !== 'STATE_CONFLICT') throw thrown
      record.item({ from, title, outcome: 'duplicate', reason: 'It is here already.', conversationId: id })
    }
  }

  async #work(
    record: TransferRecord,
    order: Parameters<typeof startWork>[0],
    hear: (message: WorkerSays) => void | Promise<void>,
  ): Promise<void> {
    if (record.abort.signal.aborted) return
    const work = startWork(order, hear)
    const stop = () => void work.stop()
    record.abort.signal.addEventListener('abort', stop, { once: true })
    try {
      await work.done
    } finally {
      record.abort.signal.removeEventListener('abort', stop)
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
        await mkdir(folder, { recursive: true, mode: 0o700 })
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

  /** In the order of their ids, so that the same conversations always make the same file. */
  #select({ ids, state }: Selection): BundleItem[] {
    const { conversations } = this.#options
    const wanted = ids === undefined ? conversations.files().map(({ id }) => id) : [...new Set(ids)]
    const heads = wanted.map((id) => conversations.get(id)).filter((head) => state === 'all' || head.state === state)
    return heads.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((head) => itemOf(head, conversations.fileOf(head.id)))
  }

  async #checkTarget(path: string, name: string): Promise<string> {
    const field = { data: { field: 'path' } }
    if (!isAbsolute(path)) throw new AppError('BAD_REQUEST', 'Give the whole path, from the root of the disk on.', field)
    const found = await stat(path).catch(() => null)
    const target = found?.isDirectory() ? join(resolve(path), name) : resolve(path)
    if (`${target}${sep}`.startsWith(`${resolve(this.#options.folder)}${sep}`))
      throw new AppError('BAD_REQUEST', 'The data folder is for Bullpen alone. Save it elsewhere.', field)
    const parent = await stat(dirname(target)).catch((thrown: unknown) => systemCode(thrown))
    if (parent === null || typeof parent === 'string' || !parent.isDirectory())
      throw new AppError('FOLDER_MISSING', `There is no folder ${dirname(target)}. Make it, or choose another one.`, field)
    return target
  }
}

function itemOf(
  { id, title, state, tags, forkedFrom }: Conversation,
  { path, compressed }: { path: string; compressed: boolean },
): BundleItem {
  return { id, path, compressed, title, state, tags, forkedFrom: forkedFrom ?? null }
}

/** Several conversations for readers come as a zip, with a file for each. */
function isZip(items: readonly BundleItem[], format: ExportFormat): boolean {
  return format === 'bundle' || (items.length > 1 && format !== 'jsonl')
}

function exportName(items: readonly BundleItem[], format: ExportFormat): string {
  const ending = isZip(items, format) ? 'zip' : fileKinds[format].ending
  const [only] = items
  return items.length === 1 && only ? fileName(only.title, only.id, ending) : `bullpen-${items.length}-conversations.${ending}`
}

function mediaTypeOf(items: readonly BundleItem[], format: ExportFormat): string {
  return fileKinds[isZip(items, format) ? 'bundle' : format].mediaType
}

async function receive(path: string, bytes: AsyncIterable<unknown>, maxBytes: number, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let total = 0
    for await (const chunk of bytes) {
      if (signal.aborted) throw new AppError('STATE_CONFLICT', 'The import was stopped.')
      if (!(chunk instanceof Uint8Array)) continue
      total += chunk.length
      if (total > maxBytes)
        throw new AppError(
          'TOO_LARGE',
          `At most ${maxBytes / 1_048_576} MB can be sent this way. Give the path of the file or folder instead.`,
        )
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
}
