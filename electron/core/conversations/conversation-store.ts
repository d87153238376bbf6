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
import type { MessagePage } from './conversation-file.ts'
import { messageOf } from './conversation-fold.ts'
import { ConversationRegistry } from './conversation-registry.ts'
import { asksForOrigin } from '../../../shared/domain/work-origin.ts'
import type { ConversationPlace, Glance } from './conversation-record.ts'
import { ConversationShelf } from './conversation-shelf.ts'
import { ConversationWrites } from './conversation-writes.ts'
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
import { checkNothingSince, checkUndo, rewoundFrom, type RewoundRange } from './rewound.ts'
import type { HeldSessions } from './session-owners.ts'

/** Messages that are looked through for one call. */
const mostOfTurn = 500

/** All conversations: one append-only file each, and what a list needs of them in memory. */
export class ConversationStore {
  readonly #options: ConversationStoreOptions
  readonly #registry: ConversationRegistry
  readonly #live: LiveText
  readonly #writes: ConversationWrites
  /** The archive and the trash. */
  readonly shelf: ConversationShelf

  private constructor(options: ConversationStoreOptions, registry: ConversationRegistry, live: LiveText) {
    this.#options = options
    this.#registry = registry
    this.#live = live
    const { disk, onChange, onRemove } = options
    this.#writes = new ConversationWrites({ registry, disk, onChange })
    this.shelf = new ConversationShelf({ registry, writes: this.#writes, onRemove })
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
    const isPlain = [instanceId, tag, source, target].every((wanted) => wanted === undefined) && !asksForOrigin(filter)
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

  lastMessageSeq(id: string): number {
    return this.#registry.lastMessageSeq(id)
  }

  /** Resolves once its file is on disk. */
  async create(input: NewConversation): Promise<Conversation> {
    const id = newId('conv')
    return this.#writes.move(id, () => this.#registry.moves.create(id, headerOf(id, input)))
  }

  /**
   * Takes over a conversation's file that is complete and at rest, as an import or a restore makes it: no prompt waits in it and no
   * turn runs. `conversation` and `lastMessageSeq` are what reading it would give. Throws STATE_CONFLICT when its id is taken.
   */
  async adopt(path: string, conversation: Conversation, lastMessageSeq: number): Promise<Conversation> {
    await this.#registry.moves.adopt(path, conversation, lastMessageSeq)
    this.#writes.changed(conversation.id)
    return this.get(conversation.id)
  }

  async rename(id: string, title: string, { automatic }: { automatic: boolean }): Promise<Conversation> {
    return this.#writes.change(id, { type: 'title', title, automatic })
  }

  async setTags(id: string, tags: string[]): Promise<Conversation> {
    return this.#writes.change(id, { type: 'tags', tags: [...new Set(tags)] })
  }

  async setInstance(id: string, instanceId: string | null): Promise<Conversation> {
    if (this.get(id).instanceId === instanceId) return this.get(id)
    return this.#writes.change(id, { type: 'instance', instanceId })
  }

  async setSession(id: string, { sessionId, cwd }: { sessionId: string; cwd: string }): Promise<Conversation> {
    return this.#writes.change(id, { type: 'session', sessionId, cwd })
  }

  /** Keeps the permission mode that Claude was left in; null: its instance's own counts again. */
  async setMode(id: string, permissionMode: PermissionMode | null): Promise<Conversation> {
    return this.#writes.change(id, { type: 'mode', permissionMode })
  }

  /** Keeps the model that was chosen in it; null: its instance's own counts again. */
  async setModel(id: string, model: string | null): Promise<Conversation> {
    return this.#writes.change(id, { type: 'model', model })
  }

  /** Keeps the effort that was chosen in it; null: none is. */
  async setEffort(id: string, effort: Effort | null): Promise<Conversation> {
    return this.#writes.change(id, { type: 'effort', effort })
  }

  /** Keeps whether fast mode was chosen in it; null: nothing was. */
  async setFastMode(id: string, fastMode: boolean | null): Promise<Conversation> {
    return this.#writes.change(id, { type: 'fast-mode', fastMode })
  }

  /** Whether it goes on by itself after a usage limit; null: as the settings say. */
  async setGoOnAfterLimit(id: string, goOn: boolean | null): Promise<Conversation> {
    return this.#writes.change(id, { type: 'after-limit', goOn })
  }

  /** What runs in its background now, and what Claude is told along with the next message. */
  async setBackground(id: string, { tasks, note }: { tasks: BackgroundTask[]; note: string | null }): Promise<Conversation> {
    return this.#writes.change(id, { type: 'background', tasks, note })
  }

  /** Bytes on the disk. Throws NOT_FOUND. */
  bytes(id: string): number {
    return this.#registry.bytes(id)
  }

  /** Appends a message; with `sync` it has reached the disk when this resolves. */
  async appendMessage(id: string, draft: MessageDraft, { sync }: { sync: boolean }): Promise<Message> {
    return messageOf(await this.#writes.append(id, { type: 'message', message: asMessage(draft) }, { sync }), false)
  }

  async appendTool(id: string, tool: ToolCall): Promise<void> {
    await this.#writes.append(id, { type: 'tool', tool }, { sync: false })
  }

  async appendApproval(id: string, approval: Approval, outcome: ApprovalOutcome, decision?: Decision): Promise<void> {
    // Proposals and parts are made from the call itself, which stands there.
    const { ruleProposals: _proposals, ...stored } = withoutParts(approval)
    await this.#writes.append(id, { type: 'approval', approval: stored, outcome, ...(decision ? { decision } : {}) }, { sync: true })
  }

  /** The turn's end, on the disk when this resolves, and with it everything of the turn before. */
  async appendTurn(id: string, turn: Turn, { sync }: { sync: boolean }): Promise<void> {
    await this.#writes.append(id, { type: 'turn', turn }, { sync })
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
    const written = await this.#writes.write(append)
    if (messages > 0) for (const draft of replacedNews(file.fold, fresh)) await this.#writes.write(() => file.append(draft, { sync: true }))
    this.#writes.changed(id)
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
    await this.#writes.append(id, { type: 'supersede', ...range }, { sync: true })
    return { ...range, previousUuid }
  }

  /** What `rewind` would take out of the thread. Throws NOT_FOUND and BAD_REQUEST. */
  async rewindRange(id: string, messageId: string): Promise<RewoundRange> {
    return rewoundFrom((await this.#registry.file(id)).fold, messageId).range
  }

  /** A message of the user and all that follows it leave the thread; the next turn goes on from before it. */
  async rewind(id: string, messageId: string): Promise<RewoundRange> {
    const { range, rewoundTo } = rewoundFrom((await this.#registry.file(id)).fold, messageId)
    const { fromSeq, toSeq } = range
    await this.#writes.append(id, { type: 'supersede', fromSeq, toSeq, rewoundTo }, { sync: true })
    return range
  }

  /** The end of what a rewind took out of the thread from there on; null where none did. */
  async rewoundUntil(id: string, fromSeq: number): Promise<number | null> {
    return (await this.#registry.file(id)).fold.rewoundUntil(fromSeq)
  }

  /** Throws what keeps `undoRewind` from bringing this range back. */
  async checkUndoRewind(id: string, range: Pick<RewoundRange, 'fromSeq' | 'toSeq'>): Promise<void> {
    checkUndo((await this.#registry.file(id)).fold, range)
  }

  /** Throws STATE_CONFLICT when something was said after a place of the thread. */
  async checkNothingSince(id: string, seq: number): Promise<void> {
    checkNothingSince((await this.#registry.file(id)).fold, seq)
  }

  /** What a rewind took is in the thread again. Throws STATE_CONFLICT. */
  async undoRewind(id: string, { fromSeq, toSeq }: Pick<RewoundRange, 'fromSeq' | 'toSeq'>): Promise<void> {
    await this.checkUndoRewind(id, { fromSeq, toSeq })
    await this.#writes.append(id, { type: 'reinstate', fromSeq, toSeq }, { sync: true })
  }

  /** Marks one message as taken back: it stays in the file and is shown no more. */
  async retract(id: string, seq: number): Promise<void> {
    await this.#writes.append(id, { type: 'supersede', fromSeq: seq, toSeq: seq }, { sync: false })
  }

  /**
   * A new conversation that goes on from a message, or from the last one, with copies of what was said until then. It goes
   * on in a new session, from the newest of the sessions that have the message, which `sessionHas` tells.
   */
  async fork(id: string, input: ForkInput, sessionHas: SessionHas): Promise<Conversation> {
    const file = await this.#registry.file(id)
    const { head, lines } = await planFork({ file, parent: this.get(id), all: await this.#registry.allHeads(), input, sessionHas })
    return this.#writes.move(head.id, () => this.#registry.moves.write(head.id, lines))
  }

  /** Gives a message a name to start others from, or takes it away. Throws NOT_FOUND. */
  async setCheckpoint(id: string, messageId: string, name: string | null): Promise<Conversation> {
    await this.message(id, messageId)
    return this.#writes.change(id, { type: 'checkpoint', messageId, name })
  }

  /** A prompt that waits; on the disk when this resolves. */
  async addTask(id: string, task: WaitingTask): Promise<void> {
    await this.#writes.append(id, { type: 'task', task }, { sync: true })
  }

  async editTask(id: string, taskId: string, change: Omit<Partial<WaitingTask>, 'taskId'>): Promise<void> {
    await this.#writes.append(id, { type: 'task-edit', taskId, ...change }, { sync: true })
  }

  async dropTask(id: string, taskId: string, reason: 'sent' | 'withdrawn'): Promise<void> {
    await this.#writes.append(id, { type: 'task-drop', taskId, reason }, { sync: reason === 'withdrawn' })
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

  /** Calls `again` once, when what the disk does not take now can be written. */
  onceWritable(again: () => void): void {
    this.#writes.onceWritable(again)
  }
}
