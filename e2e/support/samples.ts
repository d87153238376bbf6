import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Approval } from '../../shared/domain/approval.ts'
import { instanceSchema, type Instance } from '../../shared/domain/instance.ts'
import type { Block, Message } from '../../shared/domain/message.ts'
import type { Turn } from '../../shared/domain/turn.ts'

/** Small valid things for tests of what is shown. */
export const at = '2026-01-02T03:04:05.000Z'

export function idOf(prefix: string, number: number): string {
  return `${prefix}_${number.toString(16).padStart(24, '0')}`
}

export function sampleMessage(seq: number, extra: Partial<Message> = {}): Message {
  const blocks: Block[] = extra.blocks ?? [{ type: 'text', text: extra.text ?? `message ${seq}` }]
  const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
  return { id: idOf('msg', seq), seq, role: 'assistant', turnId: idOf('turn', 1), createdAt: at, text, ...extra, blocks }
}

export function sampleTurn(number: number, extra: Partial<Turn> = {}): Turn {
  return {
    id: idOf('turn', number),
    conversationId: idOf('conv', 1),
    instanceId: idOf('inst', 1),
    outcome: null,
    text: '',
    timing: { waitedMs: 0, allocatedMs: 0, startedMs: 0, firstTokenMs: null, totalMs: null, toolMs: 0, approvalMs: 0, origin: 'warm' },
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    model: null,
    retries: 0,
    startedAt: at,
    endedAt: null,
    ...extra,
  }
}

/** One that rests. */
export function sampleInstance(extra: Partial<Instance> = {}): Instance {
  return instanceSchema.parse({
    id: idOf('inst', 1),
    name: 'docs',
    cwd: '/home/me/docs',
    state: 'stopped',
    process: null,
    conversationId: null,
    queued: 0,
    approvals: 0,
    activity: null,
    background: [],
    busySince: null,
    stalledSince: null,
    restartAt: null,
    skippedLines: 0,
    turns: 0,
    lastUsedAt: null,
    createdAt: at,
    ...extra,
  })
}

export function sampleConversation(extra: Partial<Conversation> = {}): Conversation {
  return {
    id: idOf('conv', 1),
    title: 'Retry policy',
    titleIsAutomatic: true,
    state: 'active',
    instanceId: idOf('inst', 1),
    sessionId: null,
    messageCount: 0,
    turnCount: 0,
    tags: [],
    cwd: null,
    source: null,
    target: null,
    createdAt: at,
    updatedAt: at,
    lastTurn: null,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    damagedEntries: 0,
    ...extra,
  }
}

export function sampleApproval(number: number, extra: Partial<Approval> = {}): Approval {
  return {
    id: idOf('appr', number),
    instanceId: idOf('inst', 1),
    conversationId: idOf('conv', 1),
    turnId: idOf('turn', 1),
    toolUseId: `tool-${number}`,
    kind: 'permission',
    facts: { defaultToNo: false, suppressAlwaysAllow: false },
    tool: 'Bash',
    input: { command: 'ls' },
    createdAt: at,
    ...extra,
  }
}
