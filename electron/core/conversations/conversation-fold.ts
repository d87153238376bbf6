import type { Conversation } from '../../../shared/domain/conversation.ts'
import { withParts } from '../../../shared/domain/asked-call.ts'
import type { Message, Role, ToolCall } from '../../../shared/domain/message.ts'
import { begunTurn, type Usage } from '../../../shared/domain/turn.ts'
import type { LinePlace } from '../storage/append-log.ts'
import type { Entry, WaitingTask } from './entry.ts'
import { OpenApprovals, takeAsked, takeResults, type AskedInTurn } from './open-approvals.ts'
import { ReplacedRanges } from './replaced-ranges.ts'
import { TodoList } from './todo-list.ts'

const longestTitle = 200

/** Where a message lies in its file, and what is asked of it without reading it. */
export type MessageRef = LinePlace & {
  id: string
  seq: number
  role: Role
  turnId: string | null
  /** Its entry in Claude Code's transcript, for messages of Claude's main thread. */
  uuid: string | null
  superseded: boolean
}

/** A turn without an end yet: what of it runs or waits, what nobody has answered, and what came to nothing yet. */
export type OpenTurn = AskedInTurn & { startedAt: string; tools: Map<string, ToolCall> }

type EndedTurn = { place: LinePlace; usage: Usage; costUsd: number | null; free: boolean }
type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>

const mostSessions = 200
const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

/** What the entries of a conversation's file add up to. Takes them one by one, from the file or as they are written. */
export class ConversationFold {
  /** Ascending by `seq`. */
  readonly messages: MessageRef[] = []
  readonly turns = new Map<string, EndedTurn>()
  readonly tasks = new Map<string, WaitingTask>()
  readonly openTurns = new Map<string, OpenTurn>()
  /** Requests that outlived the process that asked. */
  readonly approvals = new OpenApprovals()
  /** The sessions that held its context, the latest last. */
  readonly sessions: { sessionId: string; cwd: string }[] = []
  /** Higher than every `seq` so far. */
  nextSeq = 0
  /** How far the entries reach in the file. */
  bytes = 0
  readonly #ids = new Set<string>()
  /** Entries of Claude Code's transcripts, of sub-agents too. */
  readonly #uuids = new Set<string>()
  readonly #todo = new TodoList()
  readonly #replaced = new ReplacedRanges()
  #conversation: Conversation

  constructor(id: string) {
    this.#conversation = emptyConversation(id)
  }

  get conversation(): Conversation {
    return this.#conversation
  }

  get lastMessageSeq(): number {
    return this.messages.at(-1)?.seq ?? -1
  }

  /** Whether it holds a message, under its own id or as the same entry of a transcript. */
  hasMessage({ id, claudeUuid }: { id: string; claudeUuid?: string | undefined }): boolean {
    return this.#ids.has(id) || (claudeUuid !== undefined && this.#uuids.has(claudeUuid))
  }

  /** How it stands with a rewind that took just this range out of the thread; see `ReplacedRanges`. */
  rewindOf(range: { fromSeq: number; toSeq: number }): 'open' | 'settled' | null {
    return this.#replaced.rewindOf(range)
  }

  /** Where an open rewind that begins there ends; see `ReplacedRanges`. */
  rewoundUntil(fromSeq: number): number | null {
    return this.#replaced.openFrom(fromSeq)
  }

  /** A line that is no entry, or one that contradicts an earlier one: counted and passed over. */
  damaged(): void {
    this.#set({ damagedEntries: this.#conversation.damagedEntries + 1 })
  }

  apply(entry: Entry, place: LinePlace): void {
    this.bytes = Math.max(this.bytes, place.offset + place.length + 1)
    if (entry.type === 'message' && !this.#fits(entry)) return this.damaged()
    this.nextSeq = Math.max(this.nextSeq, entry.seq + 1)
    switch (entry.type) {
      case 'conversation':
        return this.#header(entry)
      case 'message':
        return this.#message(entry, place)
      case 'turn':
        return this.#turn(entry, place)
      case 'tool':
        return this.#tool(entry.tool)
      case 'task':
        this.tasks.set(entry.task.taskId, entry.task)
        return this.#goesOn()
      case 'task-edit':
        return this.#editTask(entry)
      case 'task-drop':
        this.tasks.delete(entry.taskId)
        return this.#goesOn()
      case 'after-limit':
        return this.#afterLimit(entry)
      case 'title':
        return this.#set({ title: withinLimit(entry.title), titleIsAutomatic: entry.automatic, updatedAt: entry.at })
      case 'tags':
        return this.#set({ tags: entry.tags, updatedAt: entry.at })
      case 'session':
        return this.#session(entry)
      case 'mode':
        return this.#mode(entry)
      case 'model':
        return this.#model(entry)
      case 'effort':
        return this.#effort(entry)
      case 'fast-mode':
        return this.#fastMode(entry)
      case 'instance':
        return this.#set({ instanceId: entry.instanceId })
      case 'supersede':
        return this.#supersede(entry)
      case 'reinstate':
        return this.#reinstate(entry)
      case 'checkpoint':
        return this.#checkpoint(entry)
      case 'background':
        return this.#background(entry)
      // Where the file lies says whether it is archived, so that archiving changes no byte of it.
      case 'archive':
        return undefined
      case 'approval':
        return this.#approval(entry)
    }
  }

  #header(entry: EntryOf<'conversation'>): void {
    const { title, titleIsAutomatic, instanceId, source, target, cwd, forkedFrom, origin, at } = entry
    this.#set({
      title: withinLimit(title),
      titleIsAutomatic,
      instanceId,
      source,
      target,
      cwd,
      createdAt: at,
      updatedAt: at,
      ...(forkedFrom ? { forkedFrom } : {}),
      ...(origin ? { origin } : {}),
    })
  }

  /** A file that was put together by hand can hold a message twice, or two of one `seq`. */
  #fits({ seq, message }: EntryOf<'message'>): boolean {
    if (this.#ids.has(message.id)) return false
    return seq >= this.nextSeq || !this.messages.some((ref) => ref.seq === seq)
  }

  #message({ seq, at, message }: EntryOf<'message'>, place: LinePlace): void {
    const { id, role, turnId, parentToolUseId, claudeUuid, joinedAs } = message
    // What went into a running turn is no entry of its own there that a session could go on from.
    const isEntry = parentToolUseId === undefined && joinedAs === undefined
    const ref: MessageRef = {
      ...place,
      id,
      seq,
      role,
      turnId,
      uuid: isEntry ? (claudeUuid ?? null) : null,
      superseded: false,
    }
    this.#ids.add(id)
    if (claudeUuid !== undefined) this.#uuids.add(claudeUuid)
    this.#insert(ref)
    this.#set({ messageCount: this.#conversation.messageCount + 1, ...newer(this.#conversation, at) })
    if (this.#todo.take(message, seq, at)) this.#told()
    if (turnId === null) return
    this.approvals.message(message)
    const running = this.openTurns.get(turnId)
    if (running) takeResults(running, message)
    for (const [taskId, task] of this.tasks) if (task.turnId === turnId) this.tasks.delete(taskId)
    this.#goesOn()
    if (this.turns.has(turnId) || this.openTurns.has(turnId)) return
    this.openTurns.set(turnId, { startedAt: at, tools: new Map(), asked: new Map(), answered: new Map() })
    const { id: conversationId, instanceId } = this.#conversation
    this.#set({ lastTurn: begunTurn({ id: turnId, conversationId, instanceId, startedAt: at }) })
  }

  #insert(ref: MessageRef): void {
    let at = this.messages.length
    while (at > 0 && (this.messages[at - 1]?.seq ?? -1) > ref.seq) at -= 1
    this.messages.splice(at, 0, ref)
  }

  #turn({ turn, at }: EntryOf<'turn'>, place: LinePlace): void {
    this.openTurns.delete(turn.id)
    this.approvals.turnEnded(turn)
    const { usage, costUsd } = turn
    const free = costUsd === null && turn.timing.startedMs === null && usage.input + usage.output === 0
    const again = this.turns.has(turn.id)
    const ended = { place, usage, costUsd, free }
    this.turns.set(turn.id, ended)
    const { lastTurn } = this.#conversation
    this.#set({
      ...(again ? sumOf([...this.turns.values()]) : sumOf([this.#conversation, ended])),
      turnCount: this.turns.size,
      ...newer(this.#conversation, at),
      ...(lastTurn === null || lastTurn.id === turn.id || lastTurn.outcome !== null ? { lastTurn: turn } : {}),
    })
  }

  #tool(tool: ToolCall): void {
    const open = this.openTurns.get(tool.turnId)
    if (!open) return
    if (tool.state === 'running' || tool.state === 'waiting') open.tools.set(tool.toolUseId, tool)
    else open.tools.delete(tool.toolUseId)
  }

  #approval({ approval: stored, outcome, decision }: EntryOf<'approval'>): void {
    const approval = withParts(stored)
    if (approval.kept === true || approval.background === true) return this.approvals.take(approval, outcome, decision)
    const turn = this.openTurns.get(approval.turnId)
    if (turn) takeAsked(turn, approval, outcome, decision)
    return undefined
  }

  #session({ sessionId, cwd, forkAt, seq, at }: EntryOf<'session'>): void {
    const { sessionId: known } = this.#conversation
    if (known !== null && known !== sessionId && this.#todo.sessionChanged(seq, at)) this.#told()
    this.sessions.push({ sessionId, cwd })
    this.#replaced.sessionWentOn()
    const { forkAt: pending, rewoundTo: _rewoundTo, ...rest } = this.#conversation
    const { sessionId: before, pastSessionIds = [] } = rest
    // The session that a fork waits to leave is its parent's.
    const isOwn = before !== null && before !== sessionId && pending === undefined
    const past = isOwn ? { pastSessionIds: [...pastSessionIds, before].slice(-mostSessions) } : {}
    this.#conversation = { ...rest, ...past, sessionId, cwd, ...(forkAt === undefined ? {} : { forkAt }) }
  }

  #mode({ permissionMode }: EntryOf<'mode'>): void {
    const { permissionMode: _before, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(permissionMode === null ? {} : { permissionMode }) }
  }

  #model({ model }: EntryOf<'model'>): void {
    const { model: _before, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(model === null ? {} : { model }) }
  }

  #effort({ effort }: EntryOf<'effort'>): void {
    const { effort: _before, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(effort === null ? {} : { effort }) }
  }

  #fastMode({ fastMode }: EntryOf<'fast-mode'>): void {
    const { fastMode: _before, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(fastMode === null ? {} : { fastMode }) }
  }

  #afterLimit({ goOn }: EntryOf<'after-limit'>): void {
    const { goOnAfterLimit: _before, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(goOn === null ? {} : { goOnAfterLimit: goOn }) }
  }

  /** When it goes on by itself: a prompt that waits for that says so. */
  #goesOn(): void {
    const times = [...this.tasks.values()].flatMap(({ goesOn }) => goesOn?.at ?? [])
    const { goesOnAt, ...rest } = this.#conversation
    if (goesOnAt === times[0]) return
    this.#conversation = { ...rest, ...(times[0] === undefined ? {} : { goesOnAt: times[0] }) }
  }

  #checkpoint({ messageId, name, at }: EntryOf<'checkpoint'>): void {
    const others = (this.#conversation.checkpoints ?? []).filter((one) => one.messageId !== messageId)
    this.#set({ checkpoints: name === null ? others : [...others, { messageId, name, createdAt: at }] })
  }

  #background({ tasks, note }: EntryOf<'background'>): void {
    const { background: _background, note: _note, ...rest } = this.#conversation
    this.#conversation = { ...rest, ...(tasks.length === 0 ? {} : { background: tasks }), ...(note === null ? {} : { note }) }
  }

  #editTask({ taskId, ...entry }: EntryOf<'task-edit'>): void {
    const task = this.tasks.get(taskId)
    if (!task) return
    const { text = task.text, priority = task.priority, rank = task.rank, claudeUuid = task.claudeUuid } = entry
    this.tasks.set(taskId, { ...task, text, priority, rank, claudeUuid })
  }

  #supersede({ fromSeq, toSeq, rewoundTo }: EntryOf<'supersede'>): void {
    this.#replaced.add({ fromSeq, toSeq, rewoundTo })
    for (const ref of this.messages) if (ref.seq >= fromSeq && ref.seq <= toSeq) ref.superseded = true
    this.#set({ messageCount: this.#shown(), ...(rewoundTo === undefined ? {} : { rewoundTo }) })
    if (this.#todo.superseded(fromSeq, toSeq)) this.#told()
  }

  #reinstate({ fromSeq, toSeq }: EntryOf<'reinstate'>): void {
    if (!this.#replaced.remove({ fromSeq, toSeq })) return
    for (const ref of this.messages) if (ref.seq >= fromSeq && ref.seq <= toSeq) ref.superseded = this.#replaced.has(ref.seq)
    const { rewoundTo: _before, ...rest } = this.#conversation
    const { rewoundTo } = this.#replaced
    this.#conversation = { ...rest, messageCount: this.#shown(), ...(rewoundTo === undefined ? {} : { rewoundTo }) }
    if (this.#todo.reinstated(fromSeq, toSeq, (seq) => this.#replaced.has(seq))) this.#told()
  }

  #shown(): number {
    return this.messages.filter((ref) => !ref.superseded).length
  }

  #told(): void {
    const { todo: _before, ...rest } = this.#conversation
    const { todo } = this.#todo
    this.#conversation = { ...rest, ...(todo === undefined ? {} : { todo }) }
  }

  #set(change: Partial<Conversation>): void {
    this.#conversation = { ...this.#conversation, ...change }
  }
}

/** A message entry as everybody else sees it. */
export function messageOf(entry: EntryOf<'message'>, superseded: boolean): Message {
  return { ...entry.message, seq: entry.seq, createdAt: entry.at, ...(superseded ? { superseded: true } : {}) }
}

/** A file of ours or of another program may hold a title of any length; every list shows it. */
function withinLimit(title: string): string {
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1).toWellFormed()}…`
}

function emptyConversation(id: string): Conversation {
  const never = new Date(0).toISOString()
  return {
    id,
    title: 'New conversation',
    titleIsAutomatic: true,
    state: 'active',
    instanceId: null,
    sessionId: null,
    messageCount: 0,
    turnCount: 0,
    tags: [],
    cwd: null,
    source: null,
    target: null,
    createdAt: never,
    updatedAt: never,
    lastTurn: null,
    usage: noUsage,
    costUsd: 0,
    damagedEntries: 0,
  }
}

/** A file without its header still knows when it began. */
function newer({ createdAt, updatedAt }: Conversation, at: string): { createdAt?: string; updatedAt: string } {
  return { ...(createdAt.startsWith('1970') ? { createdAt: at } : {}), updatedAt: at > updatedAt ? at : updatedAt }
}

function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

type Spent = { usage: Usage; costUsd: number | null; free?: boolean }

/** Turns that never reached the model cost nothing, even if nobody said so. */
function sumOf(parts: readonly Spent[]): { usage: Usage; costUsd: number | null } {
  let usage = noUsage
  let costUsd: number | null = 0
  for (const part of parts) {
    usage = addUsage(usage, part.usage)
    const cost = part.free ? 0 : part.costUsd
    costUsd = costUsd === null || cost === null ? null : costUsd + cost
  }
  return { usage, costUsd }
}
