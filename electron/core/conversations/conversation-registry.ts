import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Log } from '../log.ts'
import type { ConversationFile } from './conversation-file.ts'
import { ConversationFolders, type Place } from './conversation-folders.ts'
import { CheckedHeads } from './checked-heads.ts'
import { ConversationMoves } from './conversation-moves.ts'
import {
  bytesOf,
  groupsOf,
  headOf,
  heldSessions,
  type ConversationRecord,
  trashedOf,
  type ConversationPlace,
  type Glance,
  type Trashed,
} from './conversation-record.ts'
import type { ConversationRecords } from './conversation-records.ts'
import type { HeldSessions } from './session-owners.ts'
import { OpenedFiles } from './opened-files.ts'
import { lookAtAll, readTrashed, Slices, type FoundFiles } from './registry-start.ts'
import { readIndex, SummaryReader } from './summary-cache.ts'
import { SummarySaver } from './summary-saver.ts'
import { TouchedList } from './touched-list.ts'
import { UnreadFiles } from './unread-files.ts'

const summaryMs = 60_000

export type RegistryHooks = {
  /** A head was read some time after the start; `changed`: it is not what was told of it before. */
  onRead?: ((id: string, changed: boolean) => void) | undefined
  /** A file was opened in which the last run of the app left something open; others wait for it until this resolves. */
  onOpenWork?: ((id: string) => Promise<void>) | undefined
  /** From so many on, not all files are looked at before anybody works, and summaries are not saved for every change. */
  manyFiles: number
  log: Log
}

type RegistryParts = {
  folders: ConversationFolders
  touched: TouchedList
  records: ConversationRecords
  trash: Map<string, ConversationRecord>
}

/** All conversation files: the head of each in memory, the whole of those in use, the others read when they are asked for. */
export class ConversationRegistry {
  readonly #folders: ConversationFolders
  readonly #log: Log
  readonly #records: ConversationRecords
  readonly #trash: Map<string, ConversationRecord>
  /** Where conversations come to be, lie and go. */
  readonly moves: ConversationMoves
  readonly unread: UnreadFiles
  readonly #opened: OpenedFiles
  readonly #timer: NodeJS.Timeout
  readonly #heads: CheckedHeads
  /** Those whose open work was found and told. */
  readonly #told = new Set<string>()
  /** Its files are being closed, or are. */
  #closed = false
  readonly #touched: TouchedList
  readonly #hooks: RegistryHooks
  readonly #saver: SummarySaver
  /** Those in whose background something ran, as was found after the start. */
  readonly #late = new Set<string>()
  #begun = false

  private constructor(dataFolder: string, parts: RegistryParts, hooks: RegistryHooks) {
    const { log } = hooks
    const { folders, touched, records, trash } = parts
    this.#records = records
    this.#trash = trash
    this.#folders = folders
    this.#touched = touched
    this.#hooks = hooks
    this.#opened = new OpenedFiles(folders, log)
    this.moves = new ConversationMoves({ folders, touched, records, trash, opened: this.#opened, find: (id) => this.#find(id) })
    this.unread = new UnreadFiles({ find: (id) => this.#find(id), file: (id) => this.file(id) })
    this.#log = log
    this.#heads = new CheckedHeads({
      summaries: new SummaryReader(summaryPathIn(dataFolder)),
      all: () => this.#records.all(),
      open: (id) => this.#readUnsure(id),
      onRead: async (id, changed) => {
        if (changed) this.#touched.add(id)
        if (this.#late.has(id) && this.#records.has(id)) await this.file(id)
        hooks.onRead?.(id, changed)
      },
      onSettled: () => void this.#saveSummaries(),
      onChanged: ({ id, conversation }) => {
        if (this.#begun && conversation.background !== undefined) this.#late.add(id)
      },
      log,
    })
    this.#saver = new SummarySaver({
      path: summaryPathIn(dataFolder),
      touched,
      find: (id) => this.#records.get(id),
      all: () => [...this.#records.all(), ...this.#trash.values()],
      manyFiles: hooks.manyFiles,
      log,
    })
    this.#timer = setInterval(() => void this.#saveSummaries(), summaryMs)
    this.#timer.unref()
  }

  /**
   * Finds what is there. Read are the files that may hold open work and those that changed last; the heads of the others are known from
   * their summaries, and compared with their files when somebody looks at them, and soon after the start.
   */
  static async open(dataFolder: string, hooks: RegistryHooks): Promise<ConversationRegistry> {
    const [index, { folders, found }] = await Promise.all([
      readIndex(summaryPathIn(dataFolder)),
      ConversationFolders.open(dataFolder, hooks.log),
    ])
    const touched = TouchedList.open(join(dataFolder, 'summaries.touched'), index?.save ?? null)
    const files = await lookAtAll({ folders, found, index, touched, manyFiles: hooks.manyFiles })
    const { records, trash } = files
    const registry = new ConversationRegistry(dataFolder, { folders, touched: touched.list, records, trash }, hooks)
    await registry.#begin(files)
    return registry
  }

  /** Resolves when every head was compared with its file, soon after the start. */
  settled(): Promise<void> {
    return this.#heads.settled()
  }

  /** As `heads`, without holding others up. */
  async allHeads(): Promise<Conversation[]> {
    if (this.#heads.hasMany) await this.settled()
    return this.heads()
  }

  has(id: string): boolean {
    return this.#records.has(id)
  }

  /** Of all. Right after the start this reads many of them: wait for `settled` first where nobody has to wait for you. */
  heads(): Conversation[] {
    return Array.from(this.#records.all(), (record) => headOf(this.#checked(record)))
  }

  /** What is known of all without reading a head. */
  glances(): Iterable<Glance> {
    return this.#records.glances()
  }

  /** The sessions that each holds or held, as far as that is known now; those in the trash too. */
  sessions(): HeldSessions {
    const read = [...this.#records.made(), ...this.#trash.values()].map((record) => ({ id: record.id, sessions: heldSessions(record) }))
    return {
      told: () => this.#records.toldSessions(),
      toldOf: (id) => this.#records.toldSessionsOf(id),
      read: this.#records.isTold ? read : read.filter(({ sessions }) => sessions.length > 0),
      trashed: [...this.#trash.keys()],
    }
  }

  /** Those read so far in whose background something ran. */
  withBackground(): string[] {
    return [...this.#records.made()].flatMap((record) =>
      (record.loaded || record.isRead) && headOf(record).background !== undefined ? [record.id] : [],
    )
  }

  /** The newest active conversations, each compared with its file. */
  async newest(filter: { cursor?: string | undefined; limit: number }): Promise<{ items: Conversation[]; nextCursor: string | null }> {
    for (;;) {
      const { items, nextCursor } = this.#records.newest(filter)
      const told = items.map(({ updatedAt }) => updatedAt)
      for (const record of items) if (!this.#heads.check(record)) await this.#readUnsure(record.id)
      // A head that turned out to be another may belong elsewhere.
      if (items.every(({ id, updatedAt }, at) => updatedAt === told[at] && this.#records.has(id))) {
        return { items: items.map(headOf), nextCursor }
      }
    }
  }

  /** Throws NOT_FOUND. */
  head(id: string): Conversation {
    return headOf(this.#find(id))
  }

  /** Bytes that its file takes on the disk. Throws NOT_FOUND. */
  bytes(id: string): number {
    return bytesOf(this.#find(id))
  }

  /** Where a conversation lies on the disk. It moves when it is archived or restored: on ENOENT ask again. Throws NOT_FOUND. */
  fileOf(id: string): ConversationPlace {
    const { path, compressed } = this.#place(id)
    return { id, path, compressed }
  }

  /** All conversations' files, archived ones too, in no order. */
  files(): ConversationPlace[] {
    return [...this.#records.places()]
  }

  isArchived(id: string): boolean {
    return this.#place(id).folder === 'archive'
  }

  lastMessageSeq(id: string): number {
    const record = this.#find(id)
    return record.loaded?.fold.lastMessageSeq ?? record.lastMessageSeq
  }

  /** The active files that are in memory, or one of these: among them all that hold waiting prompts or turns without an end. */
  loaded(only?: string): Generator<[id: string, file: ConversationFile], void, void> {
    return this.#opened.loaded(only)
  }

  /** A file, read when it is not in memory. It takes entries until somebody has to give it up: look at `closed`. */
  async file(id: string): Promise<ConversationFile> {
    const record = this.#find(id)
    const isNew = !record.checked || this.#late.delete(id)
    const file = await this.#opened.file(id, () => this.#find(id))
    // What the last run of the app left open is ended before anybody goes on in it.
    if (isNew && !record.place.compressed && holdsOpenWork(file) && !this.#told.has(id)) {
      this.#told.add(id)
      await this.#hooks.onOpenWork?.(id)
    }
    return file
  }

  /** A file that takes entries. Throws CONVERSATION_ARCHIVED, and STATE_CONFLICT once all are closed. */
  async writable(id: string): Promise<ConversationFile> {
    let file = await this.file(id)
    // Others may have pushed it out of memory between these two lines.
    while (file.closed) {
      if (this.#closed) throw new AppError('STATE_CONFLICT', 'Bullpen is shutting down, so this wasn’t saved. Restart it, then retry.')
      file = await this.file(id)
    }
    if (this.isArchived(id))
      throw new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then send the message again.')
    this.#touched.add(id)
    return file
  }

  trashed(): Trashed[] {
    return [...this.#trash.values()].map(trashedOf)
  }

  /** The files of deleted conversations, as long as the trash holds them. */
  trashFiles(): ConversationPlace[] {
    return [...this.#trash].map(([id, { place }]) => ({ id, path: place.path, compressed: place.compressed }))
  }

  trashedOne(id: string): Trashed | null {
    const record = this.#trash.get(id)
    return record ? trashedOf(record) : null
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closed = true
    await this.#heads.close()
    for (const { moving, file } of this.#records.made()) {
      await moving
      await (await file?.catch(() => null))?.close()
    }
    await this.#saveSummaries()
  }

  #find(id: string): ConversationRecord {
    const record = this.#records.get(id)
    if (!record) throw new AppError('NOT_FOUND', 'There is no such conversation; it may have been deleted. Reload the list.')
    return this.#checked(record)
  }

  #place(id: string): Place {
    return (this.#records.get(id) ?? this.#find(id)).place
  }

  #checked(record: ConversationRecord): ConversationRecord {
    if (!record.checked) this.#heads.check(record)
    return record
  }

  async #begin({ first, unknown }: FoundFiles): Promise<void> {
    this.#saver.found(unknown)
    const slices = new Slices()
    const others: string[] = []
    for (const record of first) {
      if (!this.#heads.check(record)) others.push(record.id)
      await slices.breathe()
    }
    for (const group of groupsOf(others, 8)) await Promise.all(group.map((id) => this.#readUnsure(id)))
    this.#begun = true
  }

  async #readUnsure(id: string): Promise<void> {
    const deleted = this.#trash.get(id)
    try {
      await (deleted ? readTrashed(this.#folders, deleted) : this.file(id))
    } catch (thrown) {
      const record = deleted ?? this.#records.get(id)
      if (record) record.checked = true
      this.#log.warn({ err: thrown, id }, 'a conversation file cannot be read')
    }
  }

  async #saveSummaries(): Promise<void> {
    if (this.#heads.isSettled) await this.#saver.save()
  }
}

function summaryPathIn(dataFolder: string): string {
  return join(dataFolder, 'summaries.jsonl')
}

function holdsOpenWork({ fold }: ConversationFile): boolean {
  return fold.openTurns.size > 0 || fold.tasks.size > 0 || fold.approvals.size > 0 || fold.conversation.background !== undefined
}
