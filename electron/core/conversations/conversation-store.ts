import { join } from 'node:path'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import { withoutParts } from '../../../shared/domain/asked-call.ts'
import type { BackgroundTask } from '../../../shared/domain/background.ts'
import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { PermissionMode } from '../../../shared/domain/instance.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { newId } from '../storage/id.ts'
import { toStorageError } from '../storage/storage-error.ts'
import type { EntryDraft, MessagePage } from './conversation-file.ts'
import { messageOf } from './conversation-fold.ts'
import { ConversationRegistry } from './conversation-registry.ts'
import type { ConversationPlace, Glance, Trashed } from './conversation-record.ts'
import { planFork, type ForkInput, type SessionHas } from './fork.ts'
import { pageOfConversations, type ConversationFilter } from './conversation-list.ts'
import { newsOf, replacedNews } from './catch-up.ts'
import type { Entry, WaitingTask } from './entry.ts'
import { asMessage, headerOf, type ConversationStoreOptions, type MessageDraft, type NewConversation } from './store-input.ts'
import { oneMessage, pageOfMessages, replacedFrom, type MessageWindow } from './message-window.ts'
import { askedBeside, openApprovals, unfinishedTurns, waitingTasks, type UnfinishedTurn } from './unfinished-turns.ts'
import { LiveText } from './live-text.ts'
import { askedCall, type AskedCall } from './asked-call.ts'
import type { OpenApproval } from './open-approvals.ts'
import type { HeldSessions } from './session-owners.ts'

/** Messages that are looked through for one call. */
const mostOfTurn = 500

/** All conversations: one append-only file each, and what a list needs of them in memory. */
export class ConversationStore {
  readonly #options: ConversationStoreOptions
  readonly #registry: ConversationRegistry
  readonly #live: LiveText

  private constructor(options: ConversationStoreOptions, registry: ConversationRegistry, live: LiveText) {
    this.#options = options
    this.#registry = registry
    this.#live = live
  }

  /** Reads what is there. Throws DATA_FOLDER_READONLY or DISK_FULL. */
  static async open(options: ConversationStoreOptions): Promise<ConversationStore> {
    const { folder, log, onRead, onOpenWork } = options
    try {
      const registry = await ConversationRegistry.open(folder, {
        onRead: onRead && ((id, changed) => registry.has(id) && onRead(registry.head(id), changed)),
        onOpenWork,
        manyFiles: options.manyFiles ?? 5_000,
        log,
      })
      return new ConversationStore(options, registry, await LiveText.open(join(folder, 'live')))
    } catch (thrown) {
      throw toStorageError(thrown, join(folder, 'conversations'))
    }
  }

  /** A page of conversations, the one that changed last first. */
  async list(filter: ConversationFilter): Promise<{ items: Conversation[]; nextCursor: string | null }> {
    const { state, instanceId, tag, source, target } = filter
    const isPlain = [instanceId, tag, source, target].every((wanted) => wanted === undefined)
    if (isPlain && state === 'active') return this.#registry.newest(filter)
    return pageOfConversations(await this.#registry.allHeads(), filter)
  }

  /**
   * Resolves when the head of every conversation was compared with its file, which begins with the first call: soon after the start,
   * in slices. Until then a head that nobody asked for by its id may be of an earlier state.
   */
  settled(): Promise<void> {
    return this.#registry.settled()
  }

  /** All, active and archived, in no order; compares those that were not compared yet, right after the start many. */
  heads(): Conversation[] {
    return this.#registry.heads()
  }

  /** The same, when comparing them holds nobody up. */
  allHeads(): Promise<Conversation[]> {
    return this.#registry.allHeads()
  }

  /** What is known of all without reading a head. */
  glances(): Iterable<Glance> {
    return this.#registry.glances()
  }

  /** The sessions that each holds or held, as far as that is known before all is settled; those in the trash too. */
  sessions(): HeldSessions {
    return this.#registry.sessions()
  }

  /** Those whose heads are read in whose background something ran. */
  withBackground(): string[] {
    return this.#registry.withBackground()
  }

  has(id: string): boolean {
    return this.#registry.has(id)
  }

  /** Throws NOT_FOUND. */
  get(id: string): Conversation {
    return this.#registry.head(id)
  }

  /** Where its file lies; `compressed` ones are gzip. It moves when it is archived or restored: on ENOENT ask again. Throws NOT_FOUND. */
  fileOf(id: string): ConversationPlace {
    return this.#registry.fileOf(id)
  }

  /** The files of all conversations, archived ones too (`compressed`), but not those in the trash. */
  files(): ConversationPlace[] {
    return this.#registry.files()
  }

  /** The files of deleted conversations, as long as the trash holds them. */
  trashFiles(): ConversationPlace[] {
    return this.#registry.trashFiles()
  }

  lastMessageSeq(id: string): number {
    return this.#registry.lastMessageSeq(id)
  }

  /** Resolves once its file is on disk. */
  async create(input: NewConversation): Promise<Conversation> {
    const id = newId('conv')
    await this.#writing(() => this.#registry.moves.create(id, headerOf(id, input)))
    this.#hasChanged(id)
    return this.get(id)
  }

  /**
   * Takes over a conversation's file that is complete and at rest, as an import or a restore makes it: no prompt waits in it and no
   * turn runs. `conversation` and `lastMessageSeq` are what reading it would give. Throws STATE_CONFLICT when its id is taken.
   */
  async adopt(path: string, conversation: Conversation, lastMessageSeq: number): Promise<Conversation> {
    await this.#registry.moves.adopt(path, conversation, lastMessageSeq)
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

  /** Keeps the permission mode that Claude was left in; null: its instance's own counts again. */
  async setMode(id: string, permissionMode: PermissionMode | null): Promise<Conversation> {
    return this.#change(id, { type: 'mode', permissionMode })
  }

  /** Keeps the model that was chosen in it; null: its instance's own counts again. */
  async setModel(id: string, model: string | null): Promise<Conversation> {
    return this.#change(id, { type: 'model', model })
  }

  /** Keeps the effort that was chosen in it; null: none is. */
  async setEffort(id: string, effort: Effort | null): Promise<Conversation> {
    return this.#change(id, { type: 'effort', effort })
  }

  /** Keeps whether fast mode was chosen in it; null: nothing was. */
  async setFastMode(id: string, fastMode: boolean | null): Promise<Conversation> {
    return this.#change(id, { type: 'fast-mode', fastMode })
  }

  /** Whether it goes on by itself after a usage limit; null: as the settings say. */
  async setGoOnAfterLimit(id: string, goOn: boolean | null): Promise<Conversation> {
    return this.#change(id, { type: 'after-limit', goOn })
  }

  /** What runs in its background now, and what Claude is told along with the next message. */
  async setBackground(id: string, { tasks, note }: { tasks: BackgroundTask[]; note: string | null }): Promise<Conversation> {
    return this.#change(id, { type: 'background', tasks, note })
  }

  /** Compresses it into the archive, where it can be read and found but not continued. Throws CONVERSATION_BUSY. */
  async archive(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#registry.moves.archive(id))
  }

  /** Brings back the same bytes from the archive; it can be continued at once. */
  async restore(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#registry.moves.restore(id))
  }

  /** Moves it into the trash. Throws CONVERSATION_BUSY. */
  async remove(id: string): Promise<void> {
    await this.#writing(() => this.#registry.moves.remove(id, Date.now()))
    this.#options.onRemove?.(id)
  }

  /** What the trash holds. */
  trashed(): Trashed[] {
    return this.#registry.trashed()
  }

  trashedOne(id: string): Trashed | null {
    return this.#registry.trashedOne(id)
  }

  /** Brings it back from the trash to where it was, archive or not. Throws NOT_FOUND. */
  async untrash(id: string): Promise<Conversation> {
    return this.#moved(id, () => this.#registry.moves.untrash(id))
  }

  /** Deletes one that is in the trash for good. Throws NOT_FOUND. */
  async erase(id: string): Promise<void> {
    await this.#writing(() => this.#registry.moves.erase(id))
    this.#options.onRemove?.(id)
  }

  /** Bytes on the disk. Throws NOT_FOUND. */
  bytes(id: string): number {
    return this.#registry.bytes(id)
  }

  async #moved(id: string, move: () => Promise<void>): Promise<Conversation> {
    await this.#writing(move)
    this.#hasChanged(id)
    return this.get(id)
  }

  /** Appends a message; with `sync` it has reached the disk when this resolves. */
  async appendMessage(id: string, draft: MessageDraft, { sync }: { sync: boolean }): Promise<Message> {
    return messageOf(await this.#append(id, { type: 'message', message: asMessage(draft) }, { sync }), false)
  }

  async appendTool(id: string, tool: ToolCall): Promise<void> {
    await this.#append(id, { type: 'tool', tool }, { sync: false })
  }

  async appendApproval(id: string, approval: Approval, outcome: ApprovalOutcome, decision?: Decision): Promise<void> {
    // Proposals and parts are made from the call itself, which stands there.
    const { ruleProposals: _proposals, ...stored } = withoutParts(approval)
    await this.#append(id, { type: 'approval', approval: stored, outcome, ...(decision ? { decision } : {}) }, { sync: true })
  }

  /** The turn's end, on the disk when this resolves, and with it everything of the turn before. */
  async appendTurn(id: string, turn: Turn, { sync }: { sync: boolean }): Promise<void> {
    await this.#append(id, { type: 'turn', turn }, { sync })
    this.#options.onTurn?.(this.get(id), turn)
  }

  /**
   * Takes what a newer reading of the same source says and is not here yet; answers the messages that are new. Null while a turn runs:
   * its messages are on their way here. Throws CONVERSATION_ARCHIVED.
   */
  async catchUp(id: string, fresh: readonly Entry[]): Promise<Message[] | null> {
    const file = await this.#registry.writable(id)
    if (file.fold.openTurns.size > 0) return null
    const { news, messages } = newsOf(file.fold, fresh)
    if (news.length === 0) return []
    const last = news.length - 1
    const append = () => Promise.all(news.map(({ draft, at }, place) => file.append(draft, { sync: place === last, at })))
    const written = await this.#writing(append)
    if (messages > 0) for (const draft of replacedNews(file.fold, fresh)) await this.#writing(() => file.append(draft, { sync: true }))
    this.#hasChanged(id)
    const taken = written.flatMap((entry) => (entry.type === 'message' ? [messageOf(entry, false)] : []))
    this.#options.onNews?.(id, taken)
    return taken
  }

  /**
   * A page in ascending `seq`; `nextCursor` is the `before` (or, when `after` was given, the `after`) of the next page. Around a
   * message, `newerCursor` is the `after` of what follows. Throws NOT_FOUND when that message is not there.
   */
  async messages(id: string, page: MessagePage): Promise<MessageWindow> {
    return pageOfMessages(this.#registry, id, page)
  }

  /** Throws NOT_FOUND. */
  async message(id: string, messageId: string): Promise<Message> {
    return oneMessage(this.#registry, id, messageId)
  }

  /** The latest turns that have ended, in order. */
  async turns(id: string, limit: number): Promise<Turn[]> {
    return (await this.#registry.unread.latestTurns(id, limit)) ?? (await this.#registry.file(id)).turns(limit)
  }

  /**
   * Marks a message of the user and all that follows it as replaced. `previousUuid` is where Claude's session goes on:
   * the last thing before it that Claude's transcript has, or null when there is nothing.
   */
  async supersede(id: string, messageId: string): Promise<{ fromSeq: number; toSeq: number; previousUuid: string | null }> {
    const { fold } = await this.#registry.file(id)
    const { range, previousUuid } = replacedFrom(fold, messageId)
    await this.#append(id, { type: 'supersede', ...range }, { sync: true })
    return { ...range, previousUuid }
  }

  /** Marks one message as taken back: it stays in the file and is shown no more. */
  async retract(id: string, seq: number): Promise<void> {
    await this.#append(id, { type: 'supersede', fromSeq: seq, toSeq: seq }, { sync: false })
  }

  /**
   * A new conversation that goes on from a message, or from the last one, with copies of what was said until then. It goes
   * on in a new session, from the newest of the sessions that have the message, which `sessionHas` tells.
   */
  async fork(id: string, input: ForkInput, sessionHas: SessionHas): Promise<Conversation> {
    const file = await this.#registry.file(id)
    const { head, lines } = await planFork({ file, parent: this.get(id), all: await this.#registry.allHeads(), input, sessionHas })
    await this.#writing(() => this.#registry.moves.write(head.id, lines))
    this.#hasChanged(head.id)
    return this.get(head.id)
  }

  /** Gives a message a name to start others from, or takes it away. Throws NOT_FOUND. */
  async setCheckpoint(id: string, messageId: string, name: string | null): Promise<Conversation> {
    await this.message(id, messageId)
    return this.#change(id, { type: 'checkpoint', messageId, name })
  }

  /** A prompt that waits; on the disk when this resolves. */
  async addTask(id: string, task: WaitingTask): Promise<void> {
    await this.#append(id, { type: 'task', task }, { sync: true })
  }

  async editTask(id: string, taskId: string, change: Omit<Partial<WaitingTask>, 'taskId'>): Promise<void> {
    await this.#append(id, { type: 'task-edit', taskId, ...change }, { sync: true })
  }

  async dropTask(id: string, taskId: string, reason: 'sent' | 'withdrawn'): Promise<void> {
    await this.#append(id, { type: 'task-drop', taskId, reason }, { sync: reason === 'withdrawn' })
  }

  /** Whether a message of it is the entry of this uuid in Claude Code's transcript. */
  async hasEntry(id: string, claudeUuid: string): Promise<boolean> {
    return (await this.#registry.file(id)).fold.hasMessage({ id: '', claudeUuid })
  }

  /** Prompts that wait in any conversation, the oldest first. */
  waitingTasks(): (WaitingTask & { conversationId: string })[] {
    return waitingTasks(this.#registry)
  }

  /** Requests of Claude's that outlived their process, of all or of one: nobody has answered them, or the answer is still to be sent. */
  openApprovals(only?: string): OpenApproval[] {
    return openApprovals(this.#registry, only)
  }

  /** What sub-agents in the background ask, of all or of one; with no process they can be answered no more. */
  askedBeside(only?: string): Approval[] {
    return askedBeside(this.#registry, only)
  }

  /** The message of Claude's that a request is about; null when it is not there. */
  async askedCall(id: string, approval: Pick<Approval, 'turnId' | 'toolUseId'>): Promise<AskedCall | null> {
    const { items } = await (await this.#registry.file(id)).page({ limit: mostOfTurn, superseded: false })
    return askedCall(items, approval)
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
    return unfinishedTurns(this.#registry, this.#live, only)
  }

  /** Waits for everything that is being written and closes every file. */
  async close(): Promise<void> {
    await this.#live.close()
    await this.#registry.close()
  }

  /** Says something about a conversation, archived or not. */
  async #change(id: string, draft: EntryDraft): Promise<Conversation> {
    if (!this.#registry.isArchived(id)) await this.#append(id, draft, { sync: true })
    else await this.#moved(id, () => this.#registry.moves.changeArchived(id, draft))
    return this.get(id)
  }

  async #append<D extends EntryDraft>(id: string, draft: D, options: { sync: boolean }): Promise<D & { seq: number; at: string }> {
    const file = await this.#registry.writable(id)
    const entry = await this.#writing(() => file.append(draft, options))
    this.#hasChanged(id)
    return entry
  }

  /** Calls `again` once, when what the disk does not take now can be written. */
  onceWritable(again: () => void): void {
    this.#options.disk?.onceWritable(again)
  }

  /** Answers and throws what the write does. */
  #writing<T>(write: () => Promise<T>): Promise<T> {
    return this.#options.disk?.write(write) ?? write()
  }

  #hasChanged(id: string): void {
    if (this.#registry.has(id)) this.#options.onChange(this.#registry.head(id))
  }
}
