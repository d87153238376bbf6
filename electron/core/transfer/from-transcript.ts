import { compactionLine, summaryNotice } from '../../../shared/domain/compaction.ts'
import type { Block, Message, MessageNotice } from '../../../shared/domain/message.ts'
import { begunTurn, type Turn, type Usage } from '../../../shared/domain/turn.ts'
import type { Entry } from '../conversations/entry.ts'
import type { TranscriptLine } from '../vault/transcript.ts'
import { TranscriptTree } from '../vault/transcript-tree.ts'
import { isSpoken } from '../vault/transcript.ts'
import { conversationIdOf, stableId } from './stable-id.ts'
import { oneLine } from './tool-words.ts'

/**
 * A session's lines in the order of the file, and those of its sub-agents by the id of the tool call they worked for; those whose
 * call is not known go by any other name, and stand at the end.
 */
export type Transcript = { sessionId: string; lines: readonly TranscriptLine[]; agents: ReadonlyMap<string, readonly TranscriptLine[]> }

type WithoutSeq<E> = E extends Entry ? Omit<E, 'seq'> : never
type Put = (entry: WithoutSeq<Entry>) => number

/**
 * A session of Claude Code's as the entries of a conversation of ours: its main line as messages and turns, what an edit took the
 * place of as replaced messages, sub-agents under the call they worked for. The same transcript always gives the same entries.
 * Null when nothing was said in it.
 */
export function entriesOfTranscript({ sessionId, lines, agents }: Transcript): Entry[] | null {
  const tree = new TranscriptTree(lines)
  if (!tree.main.some(isSpoken)) return null
  const entries: Entry[] = []
  const put: Put = (entry) => entries.push({ ...entry, seq: entries.length })
  const firstAt = tree.main.find(({ timestamp }) => timestamp !== null)?.timestamp ?? new Date(0).toISOString()
  const id = conversationIdOf(sessionId)
  const { title, titleIsAutomatic } = titleOf(lines, tree)
  const cwd = lines.find((line) => line.cwd !== null)?.cwd ?? null
  const fixed = { version: 1 as const, instanceId: null, source: null, target: null }
  put({ type: 'conversation', id, ...fixed, title, titleIsAutomatic, cwd, at: firstAt })
  if (cwd !== null) put({ type: 'session', sessionId, cwd, at: firstAt })
  const writer = new TurnWriter({ sessionId, conversationId: id, put, at: firstAt, agents: withSidechains(tree, lines, agents) })
  const branches = Map.groupBy(tree.branches, ({ fromUuid }) => fromUuid)
  // What was once said in the place of something else comes before it; the turn around it goes on after.
  const sayBranches = (fromUuid: string | null): void => {
    const found = branches.get(fromUuid)?.filter((branch) => branch.lines.some(isSpoken))
    if (!found?.length) return
    const around = writer.suspend()
    for (const branch of found.toReversed()) {
      const fromSeq = entries.length
      for (const line of branch.lines) {
        writer.say(line)
        if (line.uuid !== null) sayBranches(line.uuid)
      }
      writer.endTurn()
      const last = entries.findLastIndex(({ type }) => type === 'message')
      if (last >= fromSeq) put({ type: 'supersede', fromSeq, toSeq: last, at: writer.at })
    }
    writer.resume(around)
  }
  sayBranches(null)
  for (const line of tree.main) {
    writer.say(line)
    if (line.uuid !== null) sayBranches(line.uuid)
  }
  writer.sayAgentsLeft()
  writer.endTurn()
  return entries
}

type OpenTurn = {
  turn: Turn
  usage: Map<string, Usage>
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
class TurnWriter {
  at: string
  readonly #options: WriterOptions
  readonly #places = new Map<string, number>()
  readonly #counted = new Set<string>()
  readonly #saidAgents = new Set<string>()
  #open: OpenTurn | null = null

  constructor(options: WriterOptions) {
    this.#options = options
    this.at = options.at
  }

  /** One line of the main thread; those of sub-agents follow the call they worked for. */
  say(line: TranscriptLine): void {
    if (line.timestamp !== null) this.at = line.timestamp
    if (line.kind === 'user' && !line.isMeta) this.#user(line)
    else if (line.kind === 'assistant') this.#assistant(line)
    else if (line.kind === 'system' && line.compaction !== null) this.#say(line, compactionLine(line.compaction))
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
    const usage = [...open.usage.values()].reduce(addUsage, open.turn.usage)
    const totalMs = Math.max(0, Date.parse(open.lastAt) - Date.parse(open.turn.startedAt))
    const timing = { ...open.turn.timing, totalMs }
    const turn: Turn = { ...open.turn, outcome: outcome ?? (open.isFailed ? 'failed' : 'done'), usage, timing, endedAt: open.lastAt }
    this.#options.put({ type: 'turn', at: open.lastAt, turn })
  }

  #user(line: Extract<TranscriptLine, { kind: 'user' }>): void {
    if (line.blocks.length === 0) return
    if (line.isCompactSummary) return this.#say(line, { text: line.text, notice: summaryNotice })
    const results = line.blocks.filter((block) => block.type === 'tool_result')
    if (results.length > 0) {
      for (const { toolUseId, isError } of results) this.#toolEnded(toolUseId, isError)
      return this.#message(line, 'tool', line.blocks)
    }
    if (line.text.startsWith('[Request interrupted by user')) {
      this.#note(line, 'Interrupted.')
      return this.endTurn('interrupted')
    }
    this.endTurn()
    const notice = noticeOf(line.text)
    const { conversationId, sessionId } = this.#options
    const turnId = stableId('turn', sessionId, line.uuid ?? '')
    const turn = begunTurn({ id: turnId, conversationId, instanceId: null, startedAt: this.at })
    this.#open = { turn, usage: new Map(), tools: new Map(), isFailed: false, lastAt: this.at }
    return notice === null ? this.#message(line, 'user', line.blocks) : this.#note(line, notice)
  }

  #assistant(line: Extract<TranscriptLine, { kind: 'assistant' }>): void {
    const { messageId, requestId, usage, model, text, blocks } = line
    const open = this.#open
    if (open) {
      if (text !== '') open.turn.text = text
      if (model !== null && !line.isError) open.turn.model = model
      open.isFailed = line.isError
      const key = `${messageId ?? line.uuid ?? ''} ${requestId ?? ''}`
      // A message comes as several lines, the last of which has all its tokens; copies of it are no new spending.
      if (usage && (open.usage.has(key) || !this.#counted.has(key))) open.usage.set(key, usage)
      this.#counted.add(key)
    }
    if (blocks.length === 0) return
    const place = messageId === null ? 0 : (this.#places.get(messageId) ?? 0)
    if (messageId !== null) this.#places.set(messageId, place + blocks.length)
    this.#message(line, 'assistant', blocks, {
      ...(model === null ? {} : { model }),
      ...(messageId === null ? {} : { providerId: messageId, providerIndex: place }),
    })
    for (const block of blocks) {
      if (block.type === 'tool_use') this.#toolBegan(block.toolUseId, block.name)
      if (block.type === 'tool_result') this.#toolEnded(block.toolUseId, block.isError)
    }
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
    for (const line of lines) this.#agentLine(line, toolUseId)
    this.at = before
  }

  #agentLine(line: TranscriptLine, parentToolUseId: string): void {
    if (line.timestamp !== null) this.at = line.timestamp
    if (!isSpoken(line)) return
    if (line.kind === 'assistant') {
      const { messageId, requestId, usage, model } = line
      const key = `${messageId ?? line.uuid ?? ''} ${requestId ?? ''}`
      if (usage && this.#open) this.#open.usage.set(key, usage)
      return this.#message(line, 'assistant', line.blocks, { parentToolUseId, ...(model === null ? {} : { model }) })
    }
    const role = line.blocks.some((block) => block.type === 'tool_result') ? 'tool' : 'user'
    return this.#message(line, role, line.blocks, { parentToolUseId })
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

  #note(line: TranscriptLine, text: string): void {
    this.#message(line, 'system', [{ type: 'text', text }])
  }

  #say(line: TranscriptLine, { text, notice }: { text: string; notice: MessageNotice }): void {
    this.#message(line, 'system', [{ type: 'text', text }], { notice })
  }

  #message(line: TranscriptLine, role: Message['role'], blocks: Block[], more: Partial<Message> = {}): void {
    const uuid = line.uuid ?? ''
    const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
    const id = stableId('msg', this.#options.sessionId, uuid, more.parentToolUseId ?? '')
    if (this.#open) this.#open.lastAt = this.at
    const turnId = this.#open?.turn.id ?? null
    const message = { id, role, text, blocks, turnId, ...more, ...(uuid === '' ? {} : { claudeUuid: uuid }) }
    this.#options.put({ type: 'message', at: this.at, message })
  }
}

/** What Claude Code tells Claude when something in the background has ended, in a line; null for what a user says. */
function noticeOf(text: string): string | null {
  if (!text.startsWith('<task-notification>')) return null
  return /<summary>([^<]{1,500})<\/summary>/.exec(text)?.[1] ?? 'Something in the background has ended.'
}

function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

/** The user's own title, else Claude's, else the first words that were said. */
function titleOf(lines: readonly TranscriptLine[], tree: TranscriptTree): { title: string; titleIsAutomatic: boolean } {
  const titles = lines.flatMap((line) => (line.kind === 'title' ? [line] : []))
  const own = titles.findLast(({ by }) => by === 'user')
  if (own) return { title: oneLine(own.title, 200), titleIsAutomatic: false }
  const first = tree.main.find((line) => line.kind === 'user' && !line.isMeta && line.text.trim() !== '')
  const text = titles.at(-1)?.title ?? (first?.kind === 'user' ? first.text : '')
  return { title: oneLine(text, 80) || 'A session of Claude Code', titleIsAutomatic: true }
}

/** Older versions write sub-agents into the same file: they belong to the call that has their first words as its prompt. */
function withSidechains(tree: TranscriptTree, lines: readonly TranscriptLine[], agents: Transcript['agents']): Transcript['agents'] {
  if (tree.sidechains.size === 0) return agents
  const all = new Map(agents)
  for (const [agentId, chain] of tree.sidechains) {
    const key = callFor(chain, lines) ?? `agent ${agentId}`
    if (!all.has(key)) all.set(key, chain)
  }
  return all
}

/** The tool call whose prompt a sub-agent was given; null when there is none. */
export function callFor(chain: readonly TranscriptLine[], lines: readonly TranscriptLine[]): string | null {
  const first = chain.find((line) => line.kind === 'user')
  const prompt = first?.kind === 'user' ? first.text.trim() : ''
  if (prompt === '') return null
  for (const line of lines) {
    if (line.kind !== 'assistant') continue
    for (const block of line.blocks) {
      if (block.type !== 'tool_use') continue
      const given = block.input['prompt']
      if (typeof given === 'string' && given.trim() === prompt) return block.toolUseId
    }
  }
  return null
}
