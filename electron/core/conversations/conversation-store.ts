import { join } from 'node:path'
import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Log } from '../log.ts'
import { newId } from '../storage/id.ts'
import { toStorageError } from '../storage/storage-error.ts'
import type { EntryDraft, MessagePage } from './conversation-file.ts'
import { messageOf } from './conversation-fold.ts'
import { ConversationShelf } from './conversation-shelf.ts'
import type { ConversationPlace, Trashed } from './known.ts'
import { forkLines, forkPointOf, forkTitle, sessionOf } from './fork.ts'
import { pageOfConversations, type ConversationFilter } from './conversation-list.ts'
import type { WaitingPrompt } from './entry.ts'
import { LiveText } from './live-text.ts'
import { WriteWatch } from './write-watch.ts'

export type ConversationStoreOptions = {
  /** The data folder. */
  folder: string
  /** Called after every change that a list would show. */
  onChange: (conversation: Conversation) => void
  /** Called when a turn has ended and its entry is with the system. */
  onTurn?: (conversation: Conversation, turn: Turn) => void
  /** Called when one has gone into the trash, or from there for good. */
  onRemove?: (id: string) => void
  /** Called when nothing can be written any more, and with null when it can again. */
  onStorage?: (error: ErrorInfo | null) => void
  log: Log
}

export type MessageDraft = Omit<Message, 'id' | 'seq' | 'createdAt' | 'text'>
export type NewConversation = {
  title?: string | undefined
  instanceId?: string | null | undefined
  source?: string | undefined
  target?: string | undefined
  cwd?: string | undefined
  forkedFrom?: Conversation['forkedFrom']
}

export type ForkInput = { messageId?: string | undefined; title?: string | undefined; instanceId?: string | undefined }
/** Tells whether Claude Code's transcript of a session has the entry. */
type SessionHas = (sessionId: string, cwd: string, uuid: string) => Promise<boolean>

/** A turn that the end of the app cut off, with what is left of it. */
export type UnfinishedTurn = {
  conversationId: string
  turnId: string
  startedAt: string
  tools: ToolCall[]
  streamed: Provisional[]
  stored: Message[]
}

/** All conversations: one append-only file each, and what a list needs of them in memory. */
export class ConversationStore {
  readonly #options: ConversationStoreOptions
  readonly #shelf: ConversationShelf
  readonly #live: LiveText
  readonly #writing: WriteWatch

  private constructor(options: ConversationStoreOptions, shelf: ConversationShelf, live: LiveText) {
    this.#options = options
    this.#shelf = shelf
    this.#live = live
    this.#writing = new WriteWatch((error) => options.onStorage?.(error))
  }

  /** Reads what is there. Throws DATA_FOLDER_READONLY or DISK_FULL. */
  static async open(options: ConversationStoreOptions): Promise<ConversationStore> {
    const { folder, log } = options
    try {
      const shelf = await ConversationShelf.open(folder, log)
      return new ConversationStore(options, shelf, await LiveText.open(join(folder, 'live')))
    } catch (thrown) {
      throw toStorageError(thrown, join(folder, 'conversations'))
    }
  }

  /** A page of conversations, the one that changed last first. */
  async list(filter: ConversationFilter): Promise<{ items: Conversation[]; nextCursor: string | null }> {
    return pageOfConversations(this.#shelf.heads(), filter)
  }

  /** All, active and archived, in no order. */
  heads(): Conversation[] {
    return this.#shelf.heads()
  }

  has(id: string): boolean {
    return this.#shelf.has(id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): Conversation {
    return this.#shelf.head(id)
  }

  /** Where its file lies; `compressed` ones are gzip. It moves when it is archived or restored: on ENOENT ask again. Throws NOT_FOUND. */
  fileOf(id: string): ConversationPlace {
    return this.#shelf.fileOf(id)
  }

  /** The files of all conversations, archived ones too (`compressed`), but not those in the trash. */
  files(): ConversationPlace[] {
    return this.#shelf.files()
  }

  /** The files of deleted conversations, as long as the trash holds them. */
  trashFiles(): ConversationPlace[] {
    return this.#shelf.trashFiles()
  }

  lastMessageSeq(id: string): number {
    return this.#shelf.lastMessageSeq(id)
  }

  /** Resolves once its file is on disk. */
  async create(input: NewConversation): Promise<Conversation> {
    const id = newId('conv')
    const file = await this.#shelf.draft(id)
    const header = {
      type: 'conversation' as const,
      version: 1 as const,
      id,
      title: input.title ?? 'New conversation',
      titleIsAutomatic: input.title === undefined,
      instanceId: input.instanceId ?? null,
      source: input.source ?? null,
      target: input.target ?? null,
      cwd: input.cwd ?? null,
      ...(input.forkedFrom ? { forkedFrom: input.forkedFrom } : {}),
    }
    await file.append(header, { sync: true })
    this.#shelf.add(id, file)
    this.#hasChanged(id)
    return this.get(id)
  }

  /**
   * Takes over a conversation's file that is complete and at rest, as an import or a restore makes it: no prompt waits in it and no
   * turn runs. `conversation` and `lastMessageSeq` are what reading it would give. Throws STATE_CONFLICT when its id is taken.
   */
  async adopt(path: string, conversation: Conversation, lastMessageSeq: number): Promise<Conversation> {
    await this.#shelf.adopt(path, conversation, lastMessageSeq)
    this.#hasChanged(conversation.id)
    return this.get(conversation.id)
  }

  async rename(id: string, title: string, { automatic }: { automatic: boolean }): Promise<Conversation> {
    return this.#change(id, { type: 'title', title, automatic })
  }

  async setTags(id: string, tags: string[]): Promise<Conversation> {
    return this.#change(id, { type: 'tags', tags: [...new Set(tags)] })
  }

  async setInstance(id: string, instanceId: string | null): Promise<Conversation> {
    if (this.get(id).instanceId === instanceId) return this.get(id)
    return this.#change(id, { type: 'instance', instanceId })
  }

  async setSession(id: string, { sessionId, cwd }: { sessionId: string; cwd: string }): Promise<Conversation> {
    return this.#change(id, { type: 'session', sessionId, cwd })
  }

  /** Compresses it into the archive, where it can be read and found but not continued. Throws CONVERSATION_BUSY. */
  async archive(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#shelf.archive(id))
  }

  /** Brings back the same bytes from the archive; it can be continued at once. */
  async restore(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#shelf.restore(id))
  }

  /** Moves it into the trash. Throws CONVERSATION_BUSY. */
  async remove(id: string): Promise<void> {
    await this.#writing.watch(() => this.#shelf.remove(id, Date.now()))
    this.#options.onRemove?.(id)
  }

  /** What the trash holds. */
  trashed(): Trashed[] {
    return this.#shelf.trashed()
  }

  trashedOne(id: string): Trashed | null {
    return this.#shelf.trashedOne(id)
  }

  /** Brings it back from the trash to where it was, archive or not. Throws NOT_FOUND. */
  async untrash(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#shelf.untrash(id))
  }

  /** Deletes one that is in the trash for good. Throws NOT_FOUND. */
  async erase(id: string): Promise<void> {
    await this.#writing.watch(() => this.#shelf.erase(id))
    this.#options.onRemove?.(id)
  }

  /** Bytes on the disk. Throws NOT_FOUND. */
  bytes(id: string): number {
    return this.#shelf.bytes(id)
  }

  async #moved(id: string, move: () => Promise<void>): Promise<Conversation> {
    await this.#writing.watch(move)
    this.#hasChanged(id)
    return this.get(id)
  }

  /** Appends a message; with `sync` it has reached the disk when this resolves. */
  async appendMessage(id: string, draft: MessageDraft, { sync }: { sync: boolean }): Promise<Message> {
    const text = draft.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const message = { ...draft, id: newId('msg'), text }
    return messageOf(await this.#append(id, { type: 'message', message }, { sync }), false)
  }

  async appendTool(id: string, tool: ToolCall): Promise<void> {
    await this.#append(id, { type: 'tool', tool }, { sync: false })
  }

  async appendApproval(
    id: string,
    approval: Approval,
    outcome: 'waiting' | 'allowed' | 'denied' | 'withdrawn',
    decision?: Decision,
  ): Promise<void> {
    await this.#append(id, { type: 'approval', approval, outcome, ...(decision ? { decision } : {}) }, { sync: false })
  }

  /** The turn's end, on the disk when this resolves, and with it everything of the turn before. */
  async appendTurn(id: string, turn: Turn, { sync }: { sync: boolean }): Promise<void> {
    await this.#append(id, { type: 'turn', turn }, { sync })
    this.#options.onTurn?.(this.get(id), turn)
  }

  /**
   * A page in ascending `seq`; `nextCursor` is the `before` (or, when `after` was given, the `after`) of the next page. Around a
   * message, `newerCursor` is the `after` of what follows. Throws NOT_FOUND when that message is not there.
   */
  async messages(id: string, page: MessagePage): Promise<{ items: Message[]; nextCursor: string | null; newerCursor?: string | null }> {
    const { before, after, around, limit, superseded } = page
    if (around !== undefined) return this.#around(id, around, limit, superseded)
    const quick = superseded ? null : await this.#quickPage(id, page)
    const { items, more } = quick ?? (await (await this.#shelf.file(id)).page({ before, after, limit, superseded }))
    const edge = after === undefined ? items[0] : items.at(-1)
    return { items, nextCursor: more && edge ? String(edge.seq) : null }
  }

  /** From a file that is not in memory, without reading all of it. */
  async #quickPage(id: string, { before, after, limit }: MessagePage): Promise<{ items: Message[]; more: boolean } | null> {
    if (before === undefined && after === undefined) return this.#shelf.latest(id, limit)
    const range = after === undefined ? { before: before ?? 0, limit } : { after, limit }
    const page = await this.#shelf.outlined(id, range)
    return page && { items: page.items, more: after === undefined ? page.older : page.newer }
  }

  async #around(
    id: string,
    around: string,
    limit: number,
    superseded: boolean,
  ): Promise<{ items: Message[]; nextCursor: string | null; newerCursor: string | null }> {
    const quick = superseded ? null : await this.#shelf.outlined(id, { around, limit })
    const page = quick ?? (await (await this.#shelf.file(id)).around(around, limit, superseded))
    if (!page) throw messageGone()
    const [first, last] = [page.items[0], page.items.at(-1)]
    return {
      items: page.items,
      nextCursor: page.older && first ? String(first.seq) : null,
      newerCursor: page.newer && last ? String(last.seq) : null,
    }
  }

  /** Throws NOT_FOUND. */
  async message(id: string, messageId: string): Promise<Message> {
    const message = await (await this.#shelf.file(id)).message(messageId)
    if (!message) throw messageGone()
    return message
  }

  /** The latest turns that have ended, in order. */
  async turns(id: string, limit: number): Promise<Turn[]> {
    return (await this.#shelf.latestTurns(id, limit)) ?? (await this.#shelf.file(id)).turns(limit)
  }

  /**
   * Marks a message of the user and all that follows it as replaced. `previousUuid` is where Claude's session goes on:
   * the last thing before it that Claude's transcript has, or null when there is nothing.
   */
  async supersede(id: string, messageId: string): Promise<{ fromSeq: number; toSeq: number; previousUuid: string | null }> {
    const { fold } = await this.#shelf.file(id)
    const ref = fold.messages.find((one) => one.id === messageId && !one.superseded)
    if (!ref) throw messageGone()
    if (ref.role !== 'user')
      throw new AppError('BAD_REQUEST', 'Only a message of yours can be replaced. Choose one of those.', { data: { field: 'replaces' } })
    const before = fold.messages.findLast((one) => one.seq < ref.seq && !one.superseded && one.uuid !== null && one.role !== 'user')
    const range = { fromSeq: ref.seq, toSeq: fold.lastMessageSeq }
    await this.#append(id, { type: 'supersede', ...range }, { sync: true })
    return { ...range, previousUuid: before?.uuid ?? null }
  }

  /**
   * A new conversation that goes on from a message, or from the last one, with copies of what was said until then. It goes
   * on in a new session, from the newest of the sessions that have the message, which `sessionHas` tells.
   */
  async fork(id: string, input: ForkInput, sessionHas: SessionHas): Promise<Conversation> {
    const file = await this.#shelf.file(id)
    const point = await forkPointOf(file, input.messageId)
    const session = await sessionOf(file.fold.sessions, point.uuid, sessionHas)
    const { title, instanceId } = this.get(id)
    const head = {
      id: newId('conv'),
      title: input.title ?? forkTitle(title, this.#shelf.heads()),
      titleIsAutomatic: false,
      instanceId: input.instanceId ?? instanceId,
      source: null,
      target: null,
      cwd: session?.cwd ?? this.get(id).cwd,
      forkedFrom: { conversationId: id, messageId: point.messageId },
    }
    await this.#writing.watch(() => this.#shelf.write(head.id, forkLines(file, point, head, session)))
    this.#hasChanged(head.id)
    return this.get(head.id)
  }

  /** Gives a message a name to start others from, or takes it away. Throws NOT_FOUND. */
  async setCheckpoint(id: string, messageId: string, name: string | null): Promise<Conversation> {
    await this.message(id, messageId)
    return this.#change(id, { type: 'checkpoint', messageId, name })
  }

  /** A prompt that waits; on the disk when this resolves. */
  async addTask(id: string, task: WaitingPrompt): Promise<void> {
    await this.#append(id, { type: 'task', task }, { sync: true })
  }

  async editTask(id: string, taskId: string, change: { text?: string; priority?: number }): Promise<void> {
    await this.#append(id, { type: 'task-edit', taskId, ...change }, { sync: true })
  }

  async dropTask(id: string, taskId: string, reason: 'sent' | 'withdrawn'): Promise<void> {
    await this.#append(id, { type: 'task-drop', taskId, reason }, { sync: reason === 'withdrawn' })
  }

  /** Prompts that wait in any conversation, the oldest first. */
  waitingTasks(): (WaitingPrompt & { conversationId: string })[] {
    const all = [...this.#shelf.loaded()].flatMap(([conversationId, { fold }]) =>
      [...fold.tasks.values()].map((task) => ({ ...task, conversationId })),
    )
    return all.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  }

  /** Keeps streamed text until its message is stored. Costs the caller nothing. */
  journal(_id: string, part: Provisional): void {
    this.#live.add(part)
  }

  /** The stream of a message begins anew: what was journalled of it does not count. */
  discardJournal(turnId: string, providerId: string): void {
    this.#live.discard(turnId, providerId)
  }

  /** Drops the journal of a turn that is stored. */
  async settle(_id: string, turnId: string): Promise<void> {
    await this.#live.settle(turnId)
  }

  /** Turns without an end, of all that are in memory or of one: what the last run of the app left behind. */
  async unfinished(only?: string): Promise<UnfinishedTurn[]> {
    const found: UnfinishedTurn[] = []
    if (only !== undefined) await this.#shelf.file(only)
    for (const [conversationId, file] of this.#shelf.loaded()) {
      if (only !== undefined && conversationId !== only) continue
      for (const [turnId, { startedAt, tools }] of file.fold.openTurns) {
        const streamed = await this.#live.read(turnId)
        const { items } = await file.page({ limit: 500, superseded: true })
        const stored = items.filter((message) => message.turnId === turnId)
        found.push({ conversationId, turnId, startedAt, tools: [...tools.values()], streamed, stored })
      }
    }
    if (only !== undefined) return found
    const open = new Set(found.map(({ turnId }) => turnId))
    for (const turnId of await this.#live.turns()) if (!open.has(turnId)) await this.#live.settle(turnId)
    return found
  }

  /** Waits for everything that is being written and closes every file. */
  async close(): Promise<void> {
    await this.#live.close()
    await this.#shelf.close()
  }

  /** Says something about a conversation, archived or not. */
  async #change(id: string, draft: EntryDraft): Promise<Conversation> {
    if (!this.#shelf.isArchived(id)) await this.#append(id, draft, { sync: true })
    else await this.#moved(id, () => this.#shelf.changeArchived(id, draft))
    return this.get(id)
  }

  async #append<D extends EntryDraft>(id: string, draft: D, options: { sync: boolean }): Promise<D & { seq: number; at: string }> {
    let file = await this.#shelf.file(id)
    // Others may have pushed it out of memory between these two lines.
    while (file.closed) file = await this.#shelf.file(id)
    if (this.#shelf.isArchived(id)) throw archived()
    const entry = await this.#writing.watch(() => file.append(draft, options))
    this.#hasChanged(id)
    return entry
  }

  #hasChanged(id: string): void {
    this.#shelf.changed()
    if (this.#shelf.has(id)) this.#options.onChange(this.#shelf.head(id))
  }
}

function archived(): AppError {
  return new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then send the message again.')
}

function messageGone(): AppError {
  return new AppError('NOT_FOUND', 'There is no such message in this conversation any more. Load the conversation again.')
}
