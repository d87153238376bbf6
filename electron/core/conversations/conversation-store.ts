import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { idSchema } from '../../../shared/domain/common.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Log } from '../log.ts'
import { newId } from '../storage/id.ts'
import { toStorageError } from '../storage/storage-error.ts'
import { ConversationFile, type EntryDraft, type MessagePage } from './conversation-file.ts'
import { ConversationFold, messageOf } from './conversation-fold.ts'
import { pageOfConversations, type ConversationFilter } from './conversation-list.ts'
import type { WaitingPrompt } from './entry.ts'
import { LiveText } from './live-text.ts'
import { readSummaries, writeSummaries, type Summary } from './summary-cache.ts'

export type ConversationStoreOptions = {
  /** The data folder. */
  folder: string
  /** Called after every change that a list would show. */
  onChange: (conversation: Conversation) => void
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

/** A turn that the end of the app cut off, with what is left of it. */
export type UnfinishedTurn = {
  conversationId: string
  turnId: string
  startedAt: string
  tools: ToolCall[]
  streamed: Provisional[]
  stored: Message[]
}

type Known = { conversation: Conversation; lastMessageSeq: number; file: Promise<ConversationFile> | null; loaded: ConversationFile | null }

/** Files that are kept read in memory, besides those in use. */
const maxLoaded = 24
const summaryMs = 60_000

/** All conversations: one append-only file each, and what a list needs of them in memory. */
export class ConversationStore {
  readonly #options: ConversationStoreOptions
  readonly #folder: string
  readonly #summaryPath: string
  readonly #live: LiveText
  /** In the order of their last use. */
  readonly #known = new Map<string, Known>()
  readonly #timer: NodeJS.Timeout
  #changed = false

  private constructor(options: ConversationStoreOptions, live: LiveText) {
    this.#options = options
    this.#folder = join(options.folder, 'conversations')
    this.#summaryPath = join(options.folder, 'summaries.jsonl')
    this.#live = live
    this.#timer = setInterval(() => void this.#saveSummaries(), summaryMs)
    this.#timer.unref()
  }

  /** Reads what is there: files that did not change since their summary was made are not opened. */
  static async open(options: ConversationStoreOptions): Promise<ConversationStore> {
    const folder = join(options.folder, 'conversations')
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const store = new ConversationStore(options, await LiveText.open(join(options.folder, 'live')))
      await store.#readAll()
      return store
    } catch (thrown) {
      throw toStorageError(thrown, folder)
    }
  }

  /** A page of conversations, the one that changed last first. */
  async list(filter: ConversationFilter): Promise<{ items: Conversation[]; nextCursor: string | null }> {
    return pageOfConversations([...this.#known.values()].map(headOf), filter)
  }

  has(id: string): boolean {
    return this.#known.has(id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): Conversation {
    return headOf(this.#find(id))
  }

  lastMessageSeq(id: string): number {
    const known = this.#find(id)
    return known.loaded?.fold.lastMessageSeq ?? known.lastMessageSeq
  }

  /** Resolves once its file is on disk. */
  async create(input: NewConversation): Promise<Conversation> {
    const id = newId('conv')
    const file = await ConversationFile.load(id, this.#path(id))
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
    this.#known.set(id, { conversation: file.fold.conversation, lastMessageSeq: -1, file: Promise.resolve(file), loaded: file })
    this.#hasChanged(id)
    return this.get(id)
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

  /** Deletes a conversation for good. */
  async remove(id: string): Promise<void> {
    const known = this.#find(id)
    const file = await known.file
    this.#known.delete(id)
    this.#changed = true
    await file?.close()
    await rm(this.#path(id), { force: true }).catch((thrown: unknown) => {
      throw toStorageError(thrown, this.#path(id))
    })
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
  }

  /** A page in ascending `seq`; `nextCursor` is the `before` (or, when `after` was given, the `after`) of the next page. */
  async messages(id: string, page: MessagePage): Promise<{ items: Message[]; nextCursor: string | null }> {
    const file = await this.#file(id)
    const { items, more } = await file.page(page)
    const edge = page.after === undefined ? items[0] : items.at(-1)
    return { items, nextCursor: more && edge ? String(edge.seq) : null }
  }

  /** Throws NOT_FOUND. */
  async message(id: string, messageId: string): Promise<Message> {
    const message = await (await this.#file(id)).message(messageId)
    if (!message) throw messageGone()
    return message
  }

  /** The latest turns that have ended, in order. */
  async turns(id: string, limit: number): Promise<Turn[]> {
    return (await this.#file(id)).turns(limit)
  }

  /**
   * Marks a message of the user and all that follows it as replaced. `previousUuid` is where Claude's session goes on:
   * the last thing before it that Claude's transcript has, or null when there is nothing.
   */
  async supersede(id: string, messageId: string): Promise<{ fromSeq: number; toSeq: number; previousUuid: string | null }> {
    const { fold } = await this.#file(id)
    const ref = fold.messages.find((one) => one.id === messageId && !one.superseded)
    if (!ref) throw messageGone()
    if (ref.role !== 'user')
      throw new AppError('BAD_REQUEST', 'Only a message of yours can be replaced. Choose one of those.', { data: { field: 'replaces' } })
    const before = fold.messages.findLast((one) => one.seq < ref.seq && !one.superseded && one.uuid !== null && one.role !== 'user')
    const range = { fromSeq: ref.seq, toSeq: fold.lastMessageSeq }
    await this.#append(id, { type: 'supersede', ...range }, { sync: true })
    return { ...range, previousUuid: before?.uuid ?? null }
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
    const all = [...this.#known].flatMap(([conversationId, { loaded }]) =>
      [...(loaded?.fold.tasks.values() ?? [])].map((task) => ({ ...task, conversationId })),
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

  /** Turns without an end: what the last run of the app left behind. */
  async unfinished(): Promise<UnfinishedTurn[]> {
    const found: UnfinishedTurn[] = []
    for (const [conversationId, { loaded }] of this.#known) {
      for (const [turnId, { startedAt, tools }] of loaded?.fold.openTurns ?? []) {
        const streamed = await this.#live.read(turnId)
        const stored = (await loaded?.page({ limit: 500, superseded: true }))?.items.filter((message) => message.turnId === turnId) ?? []
        found.push({ conversationId, turnId, startedAt, tools: [...tools.values()], streamed, stored })
      }
    }
    const open = new Set(found.map(({ turnId }) => turnId))
    for (const turnId of await this.#live.turns()) if (!open.has(turnId)) await this.#live.settle(turnId)
    return found
  }

  /** Waits for everything that is being written and closes every file. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#live.close()
    for (const { file } of this.#known.values()) await (await file)?.close()
    await this.#saveSummaries()
  }

  async #change(id: string, draft: EntryDraft): Promise<Conversation> {
    await this.#append(id, draft, { sync: true })
    return this.get(id)
  }

  async #append<D extends EntryDraft>(id: string, draft: D, options: { sync: boolean }): Promise<D & { seq: number; at: string }> {
    let file = await this.#file(id)
    // Others may have pushed it out of memory between these two lines.
    while (file.closed) file = await this.#file(id)
    const entry = await file.append(draft, options)
    this.#hasChanged(id)
    return entry
  }

  #hasChanged(id: string): void {
    this.#changed = true
    const known = this.#known.get(id)
    if (known) this.#options.onChange(headOf(known))
  }

  #find(id: string): Known {
    const known = this.#known.get(id)
    if (!known) throw new AppError('NOT_FOUND', 'There is no such conversation; it may have been deleted. Load the list again.')
    return known
  }

  /** The file of a conversation, read when it is not in memory. */
  #file(id: string): Promise<ConversationFile> {
    const known = this.#find(id)
    this.#known.delete(id)
    this.#known.set(id, known)
    known.file ??= this.#load(id, known)
    return known.file
  }

  async #load(id: string, known: Known): Promise<ConversationFile> {
    try {
      known.loaded = await ConversationFile.load(id, this.#path(id))
    } catch (thrown) {
      known.file = null
      throw thrown
    }
    this.#unloadOthers()
    return known.loaded
  }

  #unloadOthers(): void {
    const loaded = [...this.#known.values()].filter((known) => known.loaded)
    for (const known of loaded.slice(0, -maxLoaded)) {
      if (!known.loaded || known.loaded.busy) continue
      known.conversation = known.loaded.fold.conversation
      known.lastMessageSeq = known.loaded.fold.lastMessageSeq
      known.loaded.close().catch((thrown: unknown) => this.#options.log.warn({ err: thrown }, 'closing a conversation file'))
      known.loaded = null
      known.file = null
    }
  }

  async #readAll(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.jsonl'))
    const summaries = names.length > 0 ? await readSummaries(this.#summaryPath) : new Map<string, Summary>()
    for (const name of names.toSorted()) {
      const id = name.slice(0, -'.jsonl'.length)
      if (!idSchema.safeParse(id).success) continue
      const summary = summaries.get(id)
      const { conversation, lastMessageSeq } = summary ?? { conversation: new ConversationFold(id).conversation, lastMessageSeq: -1 }
      this.#known.set(id, { conversation, lastMessageSeq, file: null, loaded: null })
      if (!summary || !(await this.#isCurrent(id, summary))) {
        this.#changed = true
        await this.#file(id)
      }
    }
  }

  async #isCurrent(id: string, { size, mtimeMs }: Summary): Promise<boolean> {
    const now = await stat(this.#path(id))
    return now.size === size && now.mtimeMs === mtimeMs
  }

  /** Turns and prompts that wait are found by reading, so files that hold some get no summary. */
  async #saveSummaries(): Promise<void> {
    if (!this.#changed) return
    this.#changed = false
    try {
      const summaries: Summary[] = []
      for (const [id, known] of Array.from(this.#known)) {
        const { size, mtimeMs } = await stat(this.#path(id))
        if (known.loaded?.busy) continue
        summaries.push({ version: 1, size, mtimeMs, lastMessageSeq: this.lastMessageSeq(id), conversation: headOf(known) })
      }
      await writeSummaries(this.#summaryPath, summaries)
    } catch (thrown) {
      this.#options.log.warn({ err: thrown }, 'summaries were not saved; they are made again at the next start')
    }
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.jsonl`)
  }
}

function headOf(known: Known): Conversation {
  return known.loaded?.fold.conversation ?? known.conversation
}

function messageGone(): AppError {
  return new AppError('NOT_FOUND', 'There is no such message in this conversation any more. Load the conversation again.')
}
