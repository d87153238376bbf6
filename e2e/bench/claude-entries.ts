import type { Seeded } from './seeded.ts'

export type EntryWriterOptions = {
  random: Seeded
  cwd: string
  startedAt: number
  messages: number
  headKb: number
  version: string
  agents: number
  /** A prompt was edited: what followed the first form of it is a branch. */
  edited: boolean
  /** Lines that were cut off in the middle. */
  torn: number
  forkOf: string | null
}

export type WrittenFiles = {
  sessionId: string
  /** Texts by their names below the project's folder. */
  files: Map<string, string>
  said: number
  agents: number
  torn: number
  forkOf: string | null
  endedAt: number
}

type Entry = Record<string, unknown>
const models = ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5-20251001']
const tools = ['Bash', 'Bash', 'Read', 'Read', 'Edit', 'Grep', 'Glob', 'Write', 'TodoWrite']

/** Writes one session in Claude Code's format. */
export class EntryWriter {
  readonly #options: EntryWriterOptions
  readonly #random: Seeded
  readonly #sessionId: string
  readonly #model: string
  readonly #files = new Map<string, string>()
  #lines: string[] = []
  #parent: string | null = null
  #side: Entry = { isSidechain: false }
  #now: number
  #said = 0
  #word: string | null = null

  constructor(options: EntryWriterOptions) {
    this.#options = options
    this.#random = options.random
    this.#sessionId = this.#random.uuid()
    this.#model = this.#random.pick(models)
    this.#now = options.startedAt
  }

  /** The first prompt holds this word. */
  sayOnce(word: string): void {
    this.#word = word
  }

  session(): WrittenFiles {
    const { messages, agents, edited, torn, forkOf } = this.#options
    let editFrom: string | null = null
    for (let turn = 0; this.#said < messages; turn += 1) {
      if (edited && turn === 1) editFrom = this.#parent
      if (edited && turn === 2) this.#parent = editFrom
      this.#turn(turn, messages)
    }
    const said = this.#said
    const main = this.#lines
    for (let index = 0; index < agents; index += 1) main.push(...this.#agent(index))
    main.push(
      this.#bare({ type: 'cost-state', totalCostUSD: Math.round(said * 13) / 1_000, totalDuration: this.#now - this.#options.startedAt }),
    )
    for (let index = 0; index < torn; index += 1) tear(main)
    this.#files.set(`${this.#sessionId}.jsonl`, `${main.join('\n')}\n`)
    return { sessionId: this.#sessionId, files: this.#files, said, agents, torn, forkOf, endedAt: this.#now }
  }

  #turn(turn: number, messages: number): void {
    const random = this.#random
    this.#now += random.int(5, 600) * 1_000
    const prompt = random.prose(random.skewed(90, 0.9, 4_000)) + (turn === 0 && this.#word !== null ? ` ${this.#word}` : '')
    this.#say({ promptId: random.uuid(), type: 'user', message: { role: 'user', content: prompt }, permissionMode: 'default' })
    if (turn === 0) this.#head()
    for (let calls = random.skewed(3, 0.9, 40); calls > 0 && this.#said < messages - 3; calls -= 1) this.#call()
    if (this.#said < messages) {
      this.#now += random.int(2, 40) * 1_000
      this.#assistant({ type: 'text', text: random.prose(random.skewed(500, 0.9, 12_000)) }, 'end_turn', `msg_${random.hex(20)}`)
    }
    this.#lines.push(this.#bare({ type: 'last-prompt', lastPrompt: prompt.slice(0, 200), leafUuid: this.#parent }))
  }

  /** What Claude Code notes for itself, and a title, which versions write in different ways. */
  #head(): void {
    const random = this.#random
    for (let left = this.#options.headKb * 1_024; left > 0; left -= 8_000)
      this.#entry({ attachment: { type: 'skill_listing', content: random.prose(Math.min(left, 7_600)) }, type: 'attachment' })
    const title = random.prose(random.int(20, 60)).replaceAll(/\s+/g, ' ')
    const old = this.#options.version.startsWith('1.')
    this.#lines.push(
      old ? JSON.stringify({ type: 'summary', summary: title, leafUuid: this.#parent }) : this.#bare({ type: 'ai-title', aiTitle: title }),
    )
    this.#lines.push(this.#bare({ type: 'kind-of-tomorrow', content: { deep: [1, { x: null }] } }))
  }

  #call(): void {
    const random = this.#random
    this.#now += random.int(2, 30) * 1_000
    const [messageId, callId, name] = [`msg_${random.hex(20)}`, `toolu_${random.hex(20)}`, random.pick(tools)]
    if (random.next() < 0.4) this.#assistant({ type: 'text', text: random.prose(random.skewed(180, 0.8, 3_000)) }, null, messageId)
    const file = `${this.#options.cwd}/src/${random.word()}.ts`
    const input =
      name === 'Bash'
        ? { command: random.code(random.skewed(60, 0.7, 800)).replaceAll('\n', ' '), description: random.prose(30) }
        : name === 'Edit' || name === 'Write'
          ? { file_path: file, content: random.code(random.skewed(600, 1, 20_000)) }
          : { file_path: file, pattern: random.word() }
    const source = this.#assistant({ type: 'tool_use', id: callId, name, input }, 'tool_use', messageId)
    this.#now += random.int(1, 20) * 1_000
    const length = random.skewed(700, 1.3, 30_000)
    const output = random.next() < 0.6 ? random.code(length) : random.prose(length)
    this.#say({
      promptId: random.uuid(),
      type: 'user',
      message: { role: 'user', content: [{ tool_use_id: callId, type: 'tool_result', content: output, is_error: random.next() < 0.04 }] },
      toolUseResult:
        name === 'Bash' ? { stdout: output, stderr: '', interrupted: false, isImage: false } : { type: 'text', file: { filePath: file } },
      sourceToolAssistantUUID: source,
    })
  }

  /** Its lines when they belong into the session's own file, as the oldest versions have it. */
  #agent(index: number): string[] {
    const { version } = this.#options
    const random = this.#random
    const before = { lines: this.#lines, parent: this.#parent, side: this.#side, said: this.#said }
    const agentId = random.hex(16)
    this.#lines = []
    this.#parent = null
    this.#side = { isSidechain: true, ...(version.startsWith('1.') ? {} : { agentId }) }
    this.#say({ type: 'user', message: { role: 'user', content: random.prose(120) } })
    for (let calls = random.int(1, 4); calls > 0; calls -= 1) this.#call()
    this.#assistant({ type: 'text', text: random.prose(400) }, 'end_turn', `msg_${random.hex(20)}`)
    const lines = this.#lines
    this.#lines = before.lines
    this.#parent = before.parent
    this.#side = before.side
    this.#said = before.said
    if (version.startsWith('1.')) return lines
    const folder = version.startsWith('2.1.') ? `${this.#sessionId}/subagents/` : ''
    this.#files.set(`${folder}agent-${agentId}.jsonl`, `${lines.join('\n')}\n`)
    if (folder !== '') {
      const meta = { agentType: 'general-purpose', description: `Task ${index + 1}`, toolUseId: `toolu_${random.hex(20)}` }
      this.#files.set(`${folder}agent-${agentId}.meta.json`, JSON.stringify(meta))
    }
    return []
  }

  #assistant(content: Entry, stopReason: string | null, messageId: string): string {
    const random = this.#random
    const usage = {
      input_tokens: random.int(3, 900),
      cache_creation_input_tokens: random.int(0, 4_000),
      cache_read_input_tokens: random.int(5_000, 90_000),
      output_tokens: random.skewed(180, 1, 8_000),
      service_tier: 'standard',
    }
    const message = {
      id: messageId,
      type: 'message',
      role: 'assistant',
      model: this.#model,
      content: [content],
      stop_reason: stopReason,
      usage,
    }
    return this.#say({ message, requestId: `req_${messageId.slice(4)}`, type: 'assistant' })
  }

  #say(entry: Entry): string {
    this.#said += 1
    return this.#entry(entry)
  }

  #entry(entry: Entry): string {
    const { cwd, version, forkOf } = this.#options
    const uuid = this.#random.uuid()
    const base = { userType: 'external', entrypoint: 'cli', cwd, sessionId: this.#sessionId, version, gitBranch: 'main' }
    const from = forkOf === null ? {} : { forkedFrom: { sessionId: forkOf, messageUuid: uuid } }
    const at = new Date(this.#now).toISOString()
    this.#lines.push(JSON.stringify({ parentUuid: this.#parent, ...this.#side, ...entry, uuid, timestamp: at, ...base, ...from }))
    this.#parent = uuid
    return uuid
  }

  #bare(entry: Entry): string {
    return JSON.stringify({ ...entry, sessionId: this.#sessionId })
  }
}

/** Cuts a line that carries a note, so that no message is lost with it. */
function tear(lines: string[]): void {
  const index = lines.findIndex((line) => line.includes('"kind-of-tomorrow"'))
  if (index >= 0) lines[index] = (lines[index] ?? '').slice(0, 40)
}
