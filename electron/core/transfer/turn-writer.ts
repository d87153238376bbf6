import { compactionLine, summaryNotice } from '../../../shared/domain/compaction.ts'
import type { Block, Message, MessageNotice } from '../../../shared/domain/message.ts'
import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import type { Entry } from '../conversations/entry.ts'
import { costOf } from '../vault/prices.ts'
import { ShellAnswers } from '../vault/shell-answers.ts'
import { isInterruption } from '../vault/session-title.ts'
import { SpentMessages, sumOfUsage, type AssistantLine, type SpentMessage } from '../vault/spent-messages.ts'
import { isSpoken, type TranscriptLine } from '../vault/transcript.ts'
import { stableId } from './stable-id.ts'

type WithoutSeq<E> = E extends Entry ? Omit<E, 'seq'> : never
/** Writes an entry behind those that are written; answers how many there are then. */
export type Put = (entry: WithoutSeq<Entry>) => number

type OpenTurn = {
  turn: Turn
  /** What was paid for in it; later lines of a message complete it. */
  spent: Set<SpentMessage<string>>
  tools: Map<string, { name: string; at: string }>
  isFailed: boolean
  lastAt: string
}
type WriterOptions = {
  sessionId: string
  conversationId: string
  put: Put
  at: string
  agents: ReadonlyMap<string, readonly TranscriptLine[]>
}

/** Writes lines as messages and gathers what makes a turn of them. */
export class TurnWriter {
  at: string
  readonly #options: WriterOptions
  readonly #places = new Map<string, number>()
  readonly #spent = new SpentMessages<string>()
  readonly #saidAgents = new Set<string>()
  /** The entry that was said last, and how many without an id of their own came behind it. */
  #last = { uuid: '', loose: 0 }
  readonly #shell = new ShellAnswers()
  #open: OpenTurn | null = null

  constructor(options: WriterOptions) {
    this.#options = options
    this.at = options.at
  }

  /** One line of the main thread; those of sub-agents follow the call they worked for. */
  say(line: TranscriptLine): void {
    if (line.timestamp !== null) this.at = line.timestamp
    this.#last = line.uuid === null ? { ...this.#last, loose: this.#last.loose + 1 } : { uuid: line.uuid, loose: 0 }
    const command = this.#shell.take(line)
    if (command !== null) this.#begin(command, command.timestamp ?? this.at)
    if (line.kind === 'user') this.#user(line)
    else if (line.kind === 'assistant') this.#assistant(line)
    else if (line.kind === 'system' && line.compaction !== null) this.#notice(line, compactionLine(line.compaction))
  }

  /** The sub-agents whose call did not come: it stands in a line that was torn, or nobody wrote it down. */
  sayAgentsLeft(): void {
    for (const key of this.#options.agents.keys()) this.#sayAgent(key)
  }

  suspend(): OpenTurn | null {
    const open = this.#open
    this.#open = null
    return open
  }

  resume(turn: OpenTurn | null): void {
    this.#open = turn
  }

  endTurn(outcome?: 'interrupted'): void {
    const open = this.#open
    if (!open) return
    this.#open = null
    const usage = sumOfUsage([...open.spent].map((message) => message.usage))
    const totalMs = Math.max(0, Date.parse(open.lastAt) - Date.parse(open.turn.startedAt))
    const timing = { ...open.turn.timing, totalMs }
    const costUsd = costOfAll(open.spent)
    const turn: Turn = {
      ...open.turn,
      outcome: outcome ?? (open.isFailed ? 'failed' : 'done'),
      usage,
      costUsd,
      timing,
      endedAt: open.lastAt,
    }
    this.#options.put({ type: 'turn', at: open.lastAt, turn })
  }

  #user(line: Extract<TranscriptLine, { kind: 'user' }>): void {
    if (!isSpoken(line)) return
    if (line.isCompactSummary) return this.#notice(line, { text: line.text, notice: summaryNotice })
    if (line.says === 'results') {
      for (const block of line.blocks) if (block.type === 'tool_result') this.#toolEnded(block.toolUseId, block.isError)
      return this.#message(line, 'tool', line.blocks)
    }
    if (isInterruption(line.text)) {
      this.#notes(line, ['Interrupted.'])
      return this.endTurn('interrupted')
    }
    const begins = line.says === 'prompt' || line.says === 'notice'
    // What is typed while Claude works is read in the middle of the turn.
    if (begins && !(line.isQueued && this.#open)) this.#begin(line)
    this.#notes(line, line.notes)
    if (line.blocks.length > 0) this.#message(line, 'user', line.blocks)
  }

  #begin(line: TranscriptLine, startedAt = this.at): void {
    this.endTurn()
    const { conversationId, sessionId } = this.#options
    const turnId = stableId('turn', sessionId, this.#idOf(line))
    const turn = begunTurn({ id: turnId, conversationId, instanceId: null, startedAt })
    this.#open = { turn, spent: new Set(), tools: new Map(), isFailed: false, lastAt: startedAt }
  }

  #assistant(line: Extract<TranscriptLine, { kind: 'assistant' }>): void {
    const { messageId, model, text, blocks } = line
    // A file whose beginning is missing: what Claude said there is a turn as well.
    if (!this.#open && !line.isError) this.#begin(line)
    const open = this.#open
    if (open) {
      if (text !== '') open.turn.text = text
      if (model !== null && !line.isError) open.turn.model = model
      open.isFailed = line.isError
    }
    this.#count(line, true)
    if (blocks.length === 0) return
    const place = messageId === null ? 0 : (this.#places.get(messageId) ?? 0)
    if (messageId !== null) this.#places.set(messageId, place + blocks.length)
    const more = model === null ? {} : { model }
    for (const group of groupsOf(blocks))
      this.#message(
        line,
        group.isResult ? 'tool' : 'assistant',
        group.blocks,
        {
          ...(group.isResult ? {} : more),
          ...(messageId === null ? {} : { providerId: messageId, providerIndex: place + group.place }),
        },
        group.place,
      )
    for (const block of blocks) if (block.type === 'tool_result') this.#toolEnded(block.toolUseId, block.isError)
    for (const block of blocks) if (block.type === 'tool_use') this.#toolBegan(block.toolUseId, block.name)
  }

  #count(line: AssistantLine, isMain: boolean): void {
    const id = this.#open?.turn.id
    const message = id === undefined ? null : this.#spent.take(line, id, isMain)
    if (message && message.group === id) this.#open?.spent.add(message)
  }

  #toolBegan(toolUseId: string, name: string): void {
    this.#open?.tools.set(toolUseId, { name, at: this.at })
    this.#sayAgent(toolUseId)
  }

  #sayAgent(toolUseId: string): void {
    const lines = this.#options.agents.get(toolUseId)
    if (!lines || this.#saidAgents.has(toolUseId)) return
    this.#saidAgents.add(toolUseId)
    const before = this.at
    const [first] = lines
    if (!this.#open && first) this.#begin(first)
    for (const line of lines) this.#agentLine(line, toolUseId)
    this.at = before
  }

  #agentLine(line: TranscriptLine, parentToolUseId: string): void {
    if (line.timestamp !== null) this.at = line.timestamp
    if (line.kind === 'assistant') this.#count(line, false)
    if (!isSpoken(line)) return undefined
    if (line.kind === 'assistant') {
      const { model } = line
      const more = { parentToolUseId, ...(model === null ? {} : { model }) }
      for (const { blocks, isResult, place } of groupsOf(line.blocks))
        this.#message(line, isResult ? 'tool' : 'assistant', blocks, more, place)
      // A sub-agent's own sub-agents stand below the call that began them.
      for (const block of line.blocks) if (block.type === 'tool_use') this.#sayAgent(block.toolUseId)
      return undefined
    }
    this.#notes(line, line.notes, { parentToolUseId })
    if (line.blocks.length > 0) this.#message(line, line.says === 'results' ? 'tool' : 'user', line.blocks, { parentToolUseId })
    return undefined
  }

  #toolEnded(toolUseId: string, isError: boolean): void {
    const open = this.#open
    const began = open?.tools.get(toolUseId)
    if (!open || !began) return
    open.tools.delete(toolUseId)
    const durationMs = Math.max(0, Date.parse(this.at) - Date.parse(began.at))
    open.turn.timing = { ...open.turn.timing, toolMs: open.turn.timing.toolMs + durationMs }
    const tool = { toolUseId, turnId: open.turn.id, name: began.name, durationMs, startedAt: began.at }
    this.#options.put({ type: 'tool', at: this.at, tool: { ...tool, state: isError ? 'failed' : 'done' } })
  }

  /** A line of ours about the whole. */
  note(text: string): void {
    const { sessionId, put } = this.#options
    const id = stableId('msg', sessionId, text)
    put({ type: 'message', at: this.at, message: { id, role: 'system', text, blocks: [{ type: 'text', text }], turnId: null } })
  }

  #notice(line: TranscriptLine, { text, notice }: { text: string; notice: MessageNotice }): void {
    this.#message(line, 'system', [{ type: 'text', text }], { notice })
  }

  #notes(line: TranscriptLine, notes: readonly string[], more: Partial<Message> = {}): void {
    for (const [index, text] of notes.entries()) this.#message(line, 'system', [{ type: 'text', text }], more, `note ${index}`)
  }

  /** `part`: which one it is of several that are made of one line. */
  #message(line: TranscriptLine, role: Message['role'], blocks: Block[], more: Partial<Message> = {}, part: string | number = 0): void {
    const uuid = line.sentAs ?? line.uuid
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const source = [this.#options.sessionId, this.#idOf(line), more.parentToolUseId ?? '', ...(part === 0 ? [] : [String(part)])]
    const id = stableId('msg', ...source)
    // What is only told of later, such as a command, takes no part in how long a turn was.
    if (this.#open && role !== 'system') this.#open.lastAt = this.at
    const turnId = this.#open?.turn.id ?? null
    this.#options.put({
      type: 'message',
      at: this.at,
      message: { id, role, text, blocks, turnId, ...more, ...(uuid === null ? {} : { claudeUuid: uuid }) },
    })
  }

  /** An entry's own id, or its place behind the one before it. */
  #idOf(line: TranscriptLine): string {
    return line.uuid ?? `${this.#last.uuid} +${this.#last.loose}`
  }
}

/** As the metrics price the same messages; null when the price of one is not known. */
function costOfAll(messages: Iterable<SpentMessage<string>>): number | null {
  let sum = 0
  for (const { model, usage, spending } of messages) {
    const cost = costOf(model, usage, spending)
    if (cost === null) return null
    sum += cost
  }
  return sum
}

type BlockGroup = { isResult: boolean; place: number; blocks: Block[] }

/** What tools at the model's side answered stands within Claude's message there; with us it is a message of its own. */
function groupsOf(blocks: readonly Block[]): BlockGroup[] {
  const groups: BlockGroup[] = []
  for (const [place, block] of blocks.entries()) {
    const isResult = block.type === 'tool_result'
    const last = groups.at(-1)
    if (last?.isResult === isResult) last.blocks.push(block)
    else groups.push({ isResult, place, blocks: [block] })
  }
  return groups
}
