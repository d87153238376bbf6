import { createHash } from 'node:crypto'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Usage } from '../../../shared/domain/turn.ts'
import { parseTranscriptLine, type TranscriptLine } from '../vault/transcript.ts'
import { textLines } from './text-lines.ts'
import { costOf } from './prices.ts'
import { cachedAfter, noPhases, rewrittenBy } from './turn-row.ts'

/** A session of Claude Code's as the vault keeps it. */
export type SessionSource = {
  sessionId: string
  /** Changes with its files. */
  signature: string
  createdAt: string
  /** Its transcript first, then those of its sub-agents. */
  files: { path: string; compressed: boolean; agentId: string | null }[]
  parentSessionId: string | null
}

export type SessionRules = {
  /** Whether a message of Claude's is part of a turn of ours, which counts it already. */
  claimed: (messageId: string) => boolean
  /** Whether another session counts it already. */
  taken: (key: number) => boolean
}

type Message = {
  key: string
  messageId: string | null
  usage: Usage
  /** Of the tokens written to the cache, those that stay for an hour. */
  hour: number
  model: string | null
  at: string | null
  group: string
  isMain: boolean
  cwd: string | null
}
type Group = { at: string | null; folder: string | null; failed: boolean }

/**
 * The turns of a session that nobody counts yet, and the keys of the messages in them. A message counts once per id and request id, as
 * it was written last, so that the copies that a fork or a resume makes are no new spending; answers that Claude Code made up itself do
 * not count.
 */
export async function readSession(
  source: SessionSource,
  conversationId: string | null,
  rules: SessionRules,
): Promise<{ records: TurnRecord[]; keys: Float64Array }> {
  const fold = new SessionFold(rules)
  for (const { path, compressed, agentId } of source.files) {
    fold.begin(agentId)
    for await (const text of textLines(path, compressed)) {
      const line = parseTranscriptLine(text)
      if (typeof line === 'object') fold.take(line, text)
    }
  }
  return fold.result(source, conversationId)
}

class SessionFold {
  readonly #rules: SessionRules
  readonly #messages = new Map<string, Message>()
  readonly #groups = new Map<string, Group>()
  #group = ''
  #agentId: string | null = null

  constructor(rules: SessionRules) {
    this.#rules = rules
  }

  begin(agentId: string | null): void {
    this.#agentId = agentId
    this.#group = agentId === null ? '' : `agent-${agentId}`
  }

  /** `text`: the line as it stands, for what the parser leaves out. */
  take(line: TranscriptLine, text: string): void {
    if (line.kind === 'user') return this.#user(line)
    if (line.kind !== 'assistant') return
    const group = this.#groupOf(line)
    if (line.isError) {
      group.failed = true
      return
    }
    if (line.usage === null) return
    group.failed = false
    group.at = line.timestamp ?? group.at
    group.folder ??= line.cwd
    const key = `${line.messageId ?? line.uuid ?? ''}:${line.requestId ?? ''}`
    const known = this.#messages.get(key)
    this.#messages.set(key, {
      key,
      messageId: line.messageId,
      usage: line.usage,
      hour: Number(/"ephemeral_1h_input_tokens":(\d{1,12})/.exec(text)?.[1] ?? 0),
      model: line.model,
      at: line.timestamp,
      // A message stays in the turn in which it began, even when a copy of it stands further down.
      group: known?.group ?? this.#group,
      isMain: this.#agentId === null && !line.isSidechain,
      cwd: line.cwd,
    })
  }

  result(source: SessionSource, conversationId: string | null): { records: TurnRecord[]; keys: Float64Array } {
    const keys: number[] = []
    const byGroup = new Map<string, Message[]>()
    const cacheBefore = new Map<string, number | null>()
    let cache: number | null = null
    for (const message of this.#messages.values()) {
      if (!cacheBefore.has(message.group)) cacheBefore.set(message.group, cache)
      if (message.isMain) cache = cachedAfter(message.usage)
      const key = keyOf(message.key)
      if ((message.messageId !== null && this.#rules.claimed(message.messageId)) || this.#rules.taken(key)) continue
      keys.push(key)
      const known = byGroup.get(message.group)
      if (known) known.push(message)
      else byGroup.set(message.group, [message])
    }
    const records = [...byGroup].map(([name, messages]) => ({
      ...this.#record(source, name, messages, cacheBefore.get(name) ?? null),
      conversationId,
    }))
    return { records, keys: Float64Array.from(keys) }
  }

  #user(line: Extract<TranscriptLine, { kind: 'user' }>): void {
    const isPrompt = line.blocks.length > 0 && !line.isMeta && !line.isSidechain && !line.blocks.some(({ type }) => type === 'tool_result')
    if (isPrompt && this.#agentId === null) this.#group = line.uuid ?? line.timestamp ?? this.#group
  }

  #groupOf({ timestamp, cwd }: TranscriptLine): Group {
    const known = this.#groups.get(this.#group)
    if (known) return known
    const made = { at: timestamp, folder: cwd, failed: false }
    this.#groups.set(this.#group, made)
    return made
  }

  #record(source: SessionSource, name: string, messages: readonly Message[], cacheBefore: number | null): TurnRecord {
    const group = this.#groups.get(name)
    const usage = messages.reduce((sum, message) => added(sum, message.usage), none)
    const costs = messages.map(({ model, usage: own, hour }) => costOf(model, own, hour))
    const main = messages.find(({ isMain }) => isMain)
    return {
      id: `${source.sessionId}:${name}`,
      at: messages.at(-1)?.at ?? group?.at ?? source.createdAt,
      history: 'vault',
      conversationId: null,
      sessionId: source.sessionId,
      instanceId: null,
      folder: group?.folder ?? null,
      model: messages.at(-1)?.model ?? null,
      source: null,
      target: null,
      strategy: null,
      affinityHit: null,
      origin: null,
      outcome: group?.failed === true ? 'failed' : 'done',
      error: group?.failed === true ? 'TURN_FAILED' : null,
      phases: noPhases,
      usage,
      costUsd: costs.some((cost) => cost === null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
      retries: 0,
      stalls: 0,
      rewritten: main ? rewrittenBy(main.usage, cacheBefore) : 0,
    }
  }
}

const none: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }

function added(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  }
}

/** 52 bits that stand for a message: two of ten million have the same with a chance of one in a hundred. */
function keyOf(text: string): number {
  const digest = createHash('sha1').update(text).digest()
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) & 15)
}
