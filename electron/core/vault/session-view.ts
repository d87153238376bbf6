import type { VaultAgent, VaultSession } from '../../../shared/domain/vault.ts'
import { deletedAt } from './retention.ts'
import { agentIdOf, type FileRecord } from './vault-record.ts'

/** A session as it is stored: the conversation that holds it is known elsewhere. */
export type StoredSession = Omit<VaultSession, 'conversationId' | 'inTrash' | 'origin'>

/** A session by its own transcript. `days`: how long each history keeps its files. */
export function viewOfSession(
  sessionId: string,
  main: FileRecord,
  mains: Iterable<FileRecord>,
  days: ReadonlyMap<string, number>,
): StoredSession {
  const { fold } = main
  const all = [...mains]
  const changedAt = timeOf(main)
  const isInClaude = all.some(({ present }) => present)
  return {
    sessionId,
    source: main.source,
    title: fold?.title ?? untitled,
    cwd: fold?.cwd ?? null,
    model: fold?.model ?? null,
    messageCount: fold?.messages ?? 0,
    createdAt: fold?.first ?? changedAt,
    updatedAt: fold?.last ?? changedAt,
    bytes: main.copied,
    isInClaude,
    deletedByClaudeAt: isInClaude && !fold?.exempt ? deletedAt(Date.parse(changedAt), days.get(main.source) ?? 30) : null,
    parentSessionId: fold?.parentSessionId ?? null,
    agentsOnly: false,
    costUsd: fold?.costUsd ?? null,
    agentCount: 0,
    damagedLines: fold?.damaged ?? 0,
    versions: all.reduce((sum, { versions }) => sum + versions, 0),
  }
}

/** Sub-agents whose session's own transcript is gone: what is left of it. */
export function viewOfAgents(sessionId: string, agents: Iterable<FileRecord>, days: ReadonlyMap<string, number>): StoredSession | null {
  const records = [...agents].toSorted(byPath)
  const newest = newestOf(records)
  if (!newest) return null
  const folds = records.flatMap(({ fold }) => fold ?? [])
  const isInClaude = records.some(({ present }) => present)
  return {
    sessionId,
    source: newest.source,
    title: folds.find(({ title }) => title !== null)?.title ?? 'Sub-agents of a deleted session',
    cwd: folds.find(({ cwd }) => cwd !== null)?.cwd ?? null,
    model: newest.fold?.model ?? null,
    messageCount: folds.reduce((sum, { messages }) => sum + messages, 0),
    createdAt: folds.flatMap(({ first }) => first ?? []).toSorted()[0] ?? timeOf(newest),
    updatedAt:
      folds
        .flatMap(({ last }) => last ?? [])
        .toSorted()
        .at(-1) ?? timeOf(newest),
    bytes: records.reduce((sum, { copied }) => sum + copied, 0),
    isInClaude,
    deletedByClaudeAt: isInClaude ? deletedAt(Date.parse(timeOf(newest)), days.get(newest.source) ?? 30) : null,
    parentSessionId: null,
    agentsOnly: true,
    costUsd: null,
    agentCount: records.length,
    damagedLines: folds.reduce((sum, { damaged }) => sum + damaged, 0),
    versions: 0,
  }
}

/** What a session is called that nothing was asked in. */
export const untitled = 'Session without a title'

/** The one that changed last. */
export function newestOf(records: Iterable<FileRecord>): FileRecord | undefined {
  return [...records].toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))[0]
}

export function byPath(a: FileRecord, b: FileRecord): number {
  return a.path < b.path ? -1 : 1
}

/** Where a session lies in two projects: the one that Claude Code still has, else the one that changed last. */
export function mainOf(mains: Iterable<FileRecord>): FileRecord | undefined {
  return [...mains].toSorted((a, b) => Number(b.present) - Number(a.present) || (timeOf(a) < timeOf(b) ? 1 : -1))[0]
}

export function agentOf(record: FileRecord): VaultAgent {
  const { fold, path, copied, present } = record
  return {
    agentId: fold?.agentId ?? agentIdOf(path),
    title: fold?.title ?? 'Sub-agent',
    model: fold?.model ?? null,
    messageCount: fold?.messages ?? 0,
    bytes: copied,
    updatedAt: fold?.last ?? timeOf(record),
    isInClaude: present,
  }
}

/** When the original changed last; one that is changing right now has no time yet. */
function timeOf({ mtimeMs }: FileRecord): string {
  return new Date(mtimeMs < 0 ? Date.now() : mtimeMs).toISOString()
}
