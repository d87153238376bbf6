import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { begunTurn, type Turn } from '../../shared/domain/turn.ts'
import type { ConversationSource } from '../../electron/core/metrics/roll-up.ts'
import { Chance } from './chance.ts'

export type TurnHistoryOptions = { turns: number; conversations: number; from: number; to: number; seed?: number }

const models = ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-5']
const origins = ['warm', 'warm', 'warm', 'warm', 'spare', 'resumed', 'cold'] as const
const strategies = ['affinity', 'affinity', 'least-busy', 'round-robin'] as const

/** Made-up turns in the order of their time, as a day's work makes them: a few conversations at a time, each in one folder. */
export function* turnHistory({ turns, conversations, from, to, seed = 1 }: TurnHistoryOptions): Generator<Turn, void, void> {
  const chance = new Chance(seed)
  const perConversation = Math.max(1, Math.ceil(turns / conversations))
  for (let index = 0; index < turns; index += 1) {
    const at = from + ((to - from) * (index + chance.next())) / turns
    // Six conversations are at work at the same time.
    const group = Math.floor(index / (perConversation * 6))
    const conversation = Math.min(conversations - 1, group * 6 + Math.floor(chance.next() * 6))
    yield turnAt(chance, index, conversation, at)
  }
}

/** Where a made-up turn happened. */
export function placeOf({ conversationId }: Turn) {
  const number = Number.parseInt(conversationId.slice(5), 16)
  const pair = number % 4 === 0 ? { source: `from-${number % 5}`, target: `to-${number % 3}` } : { source: null, target: null }
  return { conversationId, sessionId: `session-${number}`, folder: `/srv/project-${number % 12}`, ...pair, forkedFrom: null }
}

/** The same as conversation files; answers them as the metrics want to be told of them. */
export function writeTurnHistory(folder: string, turns: Iterable<Turn>): ConversationSource[] {
  mkdirSync(folder, { recursive: true })
  const lines = new Map<string, string[]>()
  for (const turn of turns) {
    const { sessionId, folder: cwd, source, target } = placeOf(turn)
    const at = turn.startedAt
    const own = lines.get(turn.conversationId) ?? [
      JSON.stringify({
        type: 'conversation',
        version: 1,
        id: turn.conversationId,
        seq: 0,
        at,
        title: 'Made up',
        titleIsAutomatic: true,
        instanceId: null,
        source,
        target,
        cwd,
      }),
      JSON.stringify({ type: 'session', seq: 1, at, sessionId, cwd }),
    ]
    own.push(JSON.stringify({ type: 'turn', turn, seq: own.length, at }))
    lines.set(turn.conversationId, own)
  }
  return [...lines].map(([id, own]) => {
    const file = path.join(folder, `${id}.jsonl`)
    writeFileSync(file, `${own.join('\n')}\n`)
    return { id, path: file, compressed: false, signature: String(own.length), isTrash: false }
  })
}

function turnAt(chance: Chance, index: number, conversation: number, at: number): Turn {
  const conversationId = `conv_${conversation.toString(16).padStart(12, '0')}`
  const instanceId = `inst_${(conversation % 8).toString(16).padStart(12, '0')}`
  const origin = origins[Math.floor(chance.next() * origins.length)] ?? 'warm'
  const waitedMs = chance.next() < 0.8 ? tenths(chance.skewed(3, 1, 100)) : tenths(chance.skewed(900, 1.4, 120_000))
  const startedMs = tenths(waitedMs + (origin === 'warm' ? chance.skewed(0.3, 0.6, 20) : chance.skewed(300, 0.5, 5_000)))
  const firstTokenMs = tenths(startedMs + chance.skewed(900, 0.7, 30_000))
  const toolMs = chance.next() < 0.5 ? 0 : tenths(chance.skewed(4_000, 1.3, 600_000))
  const totalMs = tenths(firstTokenMs + toolMs + chance.skewed(8_000, 1, 900_000))
  const cacheRead = Math.floor(chance.skewed(40_000, 1, 900_000))
  const usage = { input: 4, output: Math.floor(chance.skewed(600, 1, 60_000)), cacheRead, cacheWrite: Math.floor(cacheRead / 20) }
  const failed = chance.next() < 0.02
  const begun = begunTurn({ id: `turn_${index.toString(16).padStart(24, '0')}`, conversationId, instanceId, startedAt: timeOf(at) })
  return {
    ...begun,
    outcome: failed ? 'failed' : 'done',
    ...(failed ? { error: { code: 'OVERLOADED', message: 'Made up.' } } : {}),
    timing: { ...begun.timing, waitedMs, allocatedMs: waitedMs, startedMs, firstTokenMs, totalMs, toolMs, approvalMs: 0, origin },
    usage,
    costUsd: chance.next() < 0.01 ? null : Math.round(usage.output * 15 + cacheRead * 0.3) / 1e6,
    model: models[conversation % models.length] ?? null,
    choice: { strategy: strategies[index % strategies.length] ?? 'affinity', ms: 0.1, hit: chance.next() < 0.8 },
    firstCall: usage,
    lastCall: usage,
    endedAt: timeOf(at + totalMs),
  }
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

function timeOf(at: number): string {
  return new Date(Math.floor(at)).toISOString()
}
