import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect } from 'vitest'
import { begunTurn, type Turn, type Usage } from '../../../shared/domain/turn.ts'
import { RollUp, type ConversationSource } from './roll-up.ts'
import type { SessionSource } from './vault-turns.ts'

/** Made-up histories of the vault and of our conversations, for tests of what they cost. */

let folder = ''

/** Gives each test of a file a folder of its own; to be called once at its top. */
export function freshFolders(): void {
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'bullpen-spending-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
}

export function inFolder(...parts: string[]): string {
  return path.join(folder, ...parts)
}

export const ever = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString(), groups: 50 }
const sonnet = 'claude-sonnet-4-5-20250929'

export function u(input: number, output: number, cacheRead = 0, cacheWrite = 0): Usage {
  return { input, output, cacheRead, cacheWrite }
}

/** What these add up to; the same from the files alone, once more although nothing has changed, and made again. */
export async function spent(conversations: ConversationSource[], sessions: SessionSource[]) {
  const rollUp = newRollUp()
  const question = { ...ever, groupBy: 'model' as const }
  await rollUp.reconcile({ conversations, sessions })
  const found = rollUp.engine.summary(question, Date.now())
  await rollUp.reconcile({ conversations, sessions })
  expect(rollUp.engine.summary(question, Date.now()).totals).toEqual(found.totals)
  await rollUp.rebuild({ conversations, sessions: sessions.toReversed() })
  expect(rollUp.engine.summary(question, Date.now()).totals).toEqual(found.totals)
  expect(rollUp.state().problem).toBeNull()
  return found
}

export function newRollUp(name = 'metrics'): RollUp {
  return new RollUp(inFolder(name), inFolder('spent.jsonl'))
}

type Line = Record<string, unknown>
let clock = 0

export function prompt(uuid: string): Line & { uuid: string } {
  return { type: 'user', uuid, sessionId: 's1', timestamp: tick(), cwd: '/srv', message: { role: 'user', content: `Do ${uuid}` } }
}

export function said(id: string, requestId: string, usage: Usage, model: string = sonnet): Line & { uuid: string } {
  clock += 1
  const { input, output, cacheRead, cacheWrite } = usage
  return {
    type: 'assistant',
    uuid: `u${clock}`,
    sessionId: 's1',
    requestId,
    timestamp: tick(),
    cwd: '/srv',
    message: {
      id,
      model,
      role: 'assistant',
      content: [{ type: 'text', text: 'Done.' }],
      usage: { input_tokens: input, output_tokens: output, cache_read_input_tokens: cacheRead, cache_creation_input_tokens: cacheWrite },
    },
  }
}

function tick(): string {
  clock += 1
  return new Date(Date.parse('2026-01-10T00:00:00.000Z') + clock * 1_000).toISOString()
}

export function linesOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

export async function sessionOf(sessionId: string, lines: readonly Line[], createdAt = '2026-01-10T00:00:00.000Z'): Promise<SessionSource> {
  const file = inFolder(`${sessionId}.jsonl.gz`)
  await writeFile(file, gzipSync(linesOf(lines)))
  const files = [{ path: file, compressed: true, agentId: null }]
  return { sessionId, signature: `${sessionId}:${lines.length}`, createdAt, files, parentSessionId: null }
}

export function turnOf(id: string, usage: Usage, costUsd: number | null): Turn {
  const begun = begunTurn({ id, conversationId: 'conv_000000000001', instanceId: 'inst_000000000001', startedAt: tick() })
  const timing = {
    ...begun.timing,
    waitedMs: 1.5,
    allocatedMs: 2,
    startedMs: 30.1,
    firstTokenMs: 400,
    totalMs: 1_000 + clock,
    origin: 'cold' as const,
  }
  return { ...begun, outcome: 'done', timing, usage, costUsd, model: sonnet, endedAt: tick() }
}

export async function conversationOf(
  id: string,
  turns: readonly { turn: Turn; messages: readonly string[] }[],
  { gzip = false }: { gzip?: boolean } = {},
): Promise<ConversationSource> {
  await mkdir(inFolder('conversations'), { recursive: true })
  const at = '2026-01-10T00:00:00.000Z'
  const head = { title: 'One', titleIsAutomatic: true, instanceId: null, source: null, target: null, cwd: null }
  const lines: Line[] = [
    { type: 'conversation', version: 1, id, seq: 0, at, ...head },
    { type: 'session', seq: 1, at, sessionId: 's1', cwd: '/srv' },
  ]
  for (const { turn, messages } of turns) {
    for (const providerId of messages) {
      const message = {
        id: `msg_${String(lines.length).padStart(12, '0')}`,
        role: 'assistant',
        text: '',
        blocks: [],
        turnId: turn.id,
        providerId,
      }
      lines.push({ type: 'message', message, seq: lines.length, at })
    }
    lines.push({
      type: 'turn',
      turn: { ...turn, conversationId: turn.conversationId === 'conv_000000000001' ? id : turn.conversationId },
      seq: lines.length,
      at,
    })
  }
  const file = inFolder('conversations', `${id}.jsonl${gzip ? '.gz' : ''}`)
  await writeFile(file, gzip ? gzipSync(linesOf(lines)) : linesOf(lines))
  return { id, path: file, compressed: gzip, signature: `${id}:${lines.length}`, isTrash: false }
}
