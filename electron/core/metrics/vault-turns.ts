import { createHash } from 'node:crypto'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { noCounts } from '../../../shared/domain/measures.ts'
import type { ModelShare } from '../../../shared/domain/turn.ts'
import { SpentMessages, sumOfUsage, type AssistantLine, type SpentMessage } from '../vault/spent-messages.ts'
import { ShellAnswers } from '../vault/shell-answers.ts'
import { parseTranscriptLine, type TranscriptLine } from '../vault/transcript.ts'
import { costStateIn, restOf, type CostState, type SpentPart } from './cost-state.ts'
import { textLines } from '../storage/text-lines.ts'
import { costOf } from '../vault/prices.ts'
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
  /** The turns of ours in conversations that may hold the session. */
  turns: readonly TurnRecord[]
}

type Message = SpentMessage<string>
type Group = { at: string | null; folder: string | null; failed: boolean }
/** `isTurn` false: spending that belongs to no turn. */
export type VaultRecord = { record: TurnRecord; isTurn: boolean }

/**
 * The turns of a session that nobody counts yet, and the keys of the messages in them. The copies that a fork or a resume makes are no
 * new spending; answers that Claude Code made up itself do not count. What Claude Code says that the session has cost beyond its
 * messages, as for making its context smaller, comes as records that are no turns.
 */
export async function readSession(
  source: SessionSource,
  conversationId: string | null,
  rules: SessionRules,
): Promise<{ records: VaultRecord[]; keys: Float64Array }> {
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
  readonly #messages = new SpentMessages<string>()
  readonly #groups = new Map<string, Group>()
  #group = ''
  #shell = new ShellAnswers()
  #lastMain: Message | null = null
  /** Requests that have made the context smaller since the last sum of Claude Code's: they leave no message, and only that knows what they cost. */
  #compactions: { before: Message | null; after: Message | null }[] = []
  #agentId: string | null = null
  #state: CostState | null = null

  constructor(rules: SessionRules) {
    this.#rules = rules
  }

  begin(agentId: string | null): void {
    this.#agentId = agentId
    this.#shell = new ShellAnswers()
    this.#group = agentId === null ? '' : groupOfAgent(agentId)
  }

  /** `text`: the line as it stands, for what the parser leaves out. */
  take(line: TranscriptLine, text: string): void {
    const command = this.#agentId === null && !line.isSidechain ? this.#shell.take(line) : null
    if (command !== null) this.#group = command.uuid ?? command.timestamp ?? this.#group
    if (line.kind === 'user') return this.#user(line)
    if (line.kind === 'cost') return this.#sum(text)
    if (line.kind === 'system' && line.compaction !== null && this.#agentId === null)
      this.#compactions.push({ before: this.#lastMain, after: null })
    if (line.kind === 'assistant') return this.#assistant(line, this.#group, this.#agentId === null && !line.isSidechain)
    // Its own file says the same where it is there.
    if (line.kind === 'progress' && line.said.kind === 'assistant') this.#assistant(line.said, groupOfAgent(line.agentId), false)
  }

  result(source: SessionSource, conversationId: string | null): { records: VaultRecord[]; keys: Float64Array } {
    const keys: number[] = []
    const byGroup = new Map<string, Message[]>()
    const cacheBefore = new Map<string, number | null>()
    let cache: number | null = null
    const outside: Message[] = []
    for (const message of this.#messages.all()) {
      if (!cacheBefore.has(message.group)) cacheBefore.set(message.group, cache)
      if (message.isMain) cache = cachedAfter(message.usage)
      const key = keyOf(message.key)
      const isClaimed = message.messageId !== null && this.#rules.claimed(message.messageId)
      if (!isClaimed) outside.push(message)
      if (isClaimed || this.#rules.taken(key)) continue
      keys.push(key)
      const known = byGroup.get(message.group)
      if (known) known.push(message)
      else byGroup.set(message.group, [message])
    }
    const turns = [...byGroup].map(([name, messages]) => {
      const record = this.#record(source, name, messages, cacheBefore.get(name) ?? null)
      return { record: { ...record, conversationId }, isTurn: true }
    })
    // Of a session that was forked it is not known what of its sum was spent before that.
    const rest = source.parentSessionId === null ? this.#rest(source, outside, conversationId) : []
    const counted = new Set(Array.from(byGroup.values()).flat())
    const isCounted = ({ before, after }: { before: Message | null; after: Message | null }) => {
      const next = after ?? before
      return next !== null && counted.has(next)
    }
    if (this.#compactions.some(isCounted)) rest.push(this.#unknown(source, conversationId))
    return { records: [...turns, ...rest], keys: Float64Array.from(keys) }
  }

  #assistant(line: AssistantLine, name: string, isMain: boolean): void {
    const group = this.#groupOf(name, line)
    if (line.isError) {
      group.failed = true
      return
    }
    const message = this.#messages.take(line, name, isMain)
    if (message === null) return
    if (isMain) this.#mainSaid(message)
    group.failed = false
    group.at = line.timestamp ?? group.at
    group.folder ??= line.cwd
  }

  #sum(text: string): void {
    const state = costStateIn(text)
    if (state === null) return
    this.#state = state
    this.#compactions = []
  }

  #mainSaid(message: Message): void {
    const last = this.#compactions.at(-1)
    if (last && message !== last.before) last.after ??= message
    this.#lastMain = message
  }

  #user(line: Extract<TranscriptLine, { kind: 'user' }>): void {
    const begins = (line.says === 'prompt' || line.says === 'notice') && !line.isQueued && !line.isMeta && !line.isSidechain
    if (begins && this.#agentId === null) this.#group = line.uuid ?? line.timestamp ?? this.#group
  }

  #groupOf(name: string, { timestamp, cwd }: TranscriptLine): Group {
    const known = this.#groups.get(name)
    if (known) return known
    const made = { at: timestamp, folder: cwd, failed: false }
    this.#groups.set(name, made)
    return made
  }

  #record(source: SessionSource, name: string, messages: readonly Message[], cacheBefore: number | null): TurnRecord {
    const group = this.#groups.get(name)
    const main = messages.find(({ isMain }) => isMain)
    const own = (messages.findLast(({ isMain }) => isMain) ?? messages.at(-1))?.model ?? null
    const shares = sharesOf(messages, own)
    return {
      ...recordOfSpending(source, `${source.sessionId}:${name}`),
      at: messages.at(-1)?.at ?? group?.at ?? source.createdAt,
      folder: group?.folder ?? null,
      model: own,
      outcome: group?.failed === true ? 'failed' : 'done',
      error: group?.failed === true ? 'TURN_FAILED' : null,
      usage: sumOfUsage(messages.map(({ usage }) => usage)),
      costUsd: sumOfCosts(shares.map(({ costUsd }) => costUsd)),
      ...(shares.length > 1 ? { byModel: shares } : {}),
      searches: messages.reduce((sum, { spending }) => sum + spending.searches, 0),
      rewritten: main ? rewrittenBy(main.usage, cacheBefore) : 0,
    }
  }

  /** Something was spent, and nobody has written down how much. */
  #unknown(source: SessionSource, conversationId: string | null): VaultRecord {
    const last = this.#lastMain
    const [folder, model] = [this.#groups.get(last?.group ?? '')?.folder ?? null, last?.model ?? null]
    const record = recordOfSpending(source, `${source.sessionId}:compaction`)
    return { isTurn: false, record: { ...record, at: last?.at ?? source.createdAt, conversationId, folder, model, costUsd: null } }
  }

  #rest(source: SessionSource, outside: readonly Message[], conversationId: string | null): VaultRecord[] {
    if (this.#state === null) return []
    const last = [...this.#groups.values()].at(-1)
    const own = this.#rules.turns.filter(({ sessionId }) => sessionId === source.sessionId)
    return restOf(this.#state, [...outside.map(partOf), ...own.flatMap(partsOf)]).map(({ model, usage, costUsd, searches }) => ({
      isTurn: false,
      record: {
        ...recordOfSpending(source, `${source.sessionId}:rest:${model}`),
        at: last?.at ?? source.createdAt,
        conversationId,
        folder: last?.folder ?? null,
        model,
        usage,
        costUsd,
        searches,
      },
    }))
  }
}

/** What is known of a session's spending, for the comparison with its sum. */
function partOf({ model, usage, spending }: Message): SpentPart {
  return { model: model ?? unnamed, usage, costUsd: costOf(model, usage, spending), searches: spending.searches }
}

function partsOf({ model, usage, costUsd, searches, byModel }: TurnRecord): SpentPart[] {
  const shares = byModel ?? [{ model: model ?? unnamed, usage, costUsd }]
  return shares.map((share, index) => ({ ...share, searches: index === 0 ? searches : 0 }))
}

function groupOfAgent(agentId: string): string {
  return `agent-${agentId}`
}

/** What each model had of some messages, the own one first. */
function sharesOf(messages: readonly Message[], own: string | null): ModelShare[] {
  const byModel = new Map<string, Message[]>([[own ?? unnamed, []]])
  for (const message of messages) {
    const model = message.model ?? own ?? unnamed
    const known = byModel.get(model)
    if (known) known.push(message)
    else byModel.set(model, [message])
  }
  return [...byModel].map(([model, all]) => ({
    model,
    usage: sumOfUsage(all.map(({ usage }) => usage)),
    costUsd: sumOfCosts(all.map((message) => costOf(message.model, message.usage, message.spending))),
  }))
}

const unnamed = 'unknown'

function sumOfCosts(costs: readonly (number | null)[]): number | null {
  return costs.reduce<number | null>((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0)
}

function recordOfSpending(source: SessionSource, id: string): TurnRecord {
  return {
    id,
    at: source.createdAt,
    history: 'vault',
    conversationId: null,
    sessionId: source.sessionId,
    instanceId: null,
    folder: null,
    model: null,
    source: null,
    target: null,
    strategy: null,
    affinityHit: null,
    origin: null,
    outcome: 'done',
    error: null,
    phases: noPhases,
    usage: sumOfUsage([]),
    costUsd: 0,
    ...noCounts,
    rewritten: 0,
  }
}

/** 52 bits that stand for a message: two of ten million have the same with a chance of one in a hundred. */
function keyOf(text: string): number {
  const digest = createHash('sha1').update(text).digest()
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) & 15)
}
