import { z } from 'zod'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import type { ConversationPlace } from '../conversations/conversation-record.ts'
import type { VaultFile } from '../vault/copies.ts'
import { sound } from './documents.ts'

/** A file whose messages are searchable, as the core knows it. */
export const sourceSchema = z.object({
  /** A conversation's id, or `vault:` and a session's, and behind another colon a sub-agent's, or `tool-results/` and a file's name. */
  key: z.string(),
  kind: z.enum(['conversation', 'vault']),
  path: z.string(),
  /** The file is gzip. */
  compressed: z.boolean(),
  archived: z.boolean(),
  /** What the file itself does not say; null where it does. */
  title: z.string().nullable(),
  folder: z.string().nullable(),
  /** Of a session's transcript: the sub-agents that have files of their own. */
  agents: z.array(z.string()).optional(),
  /** It is the plain text that a tool answered, where that was too long for the transcript. `at`: when that was, in milliseconds. */
  output: z.object({ at: z.number() }).optional(),
})
export type Source = z.infer<typeof sourceSchema>

/** A conversation says everything about itself in its file. */
export function conversationSource({ id, path, compressed }: ConversationPlace): Source {
  return { key: id, kind: 'conversation', path, compressed, archived: compressed, title: null, folder: null }
}

/** A session's transcript, and those of its sub-agents. One that a conversation of ours holds is searched there, and not at all while that is in the trash. */
export function vaultSources(session: VaultSession, files: readonly VaultFile[]): Source[] {
  if (session.conversationId !== null || session.inTrash) return []
  const { sessionId, cwd, updatedAt } = session
  const agents = files.flatMap(({ kind, agentId }) => (kind === 'agent' && agentId !== null ? [agentId] : []))
  const title = sound(session.title)
  return files.flatMap(({ kind, agentId, name, path, compressed }): Source[] => {
    if (kind === 'internal') return []
    const common = { kind: 'vault' as const, path, compressed, archived: false, title, folder: cwd }
    if (kind === 'session') return [{ ...common, key: `vault:${sessionId}`, agents }]
    if (kind === 'agent') return [{ ...common, key: `vault:${sessionId}:${agentId}` }]
    return [{ ...common, key: `vault:${sessionId}:tool-results/${name}`, output: { at: Date.parse(updatedAt) } }]
  })
}

/** The session of such a key; null for a conversation's. */
export function sessionOf(key: string): string | null {
  const [prefix, sessionId] = key.split(':')
  return prefix === 'vault' ? (sessionId ?? null) : null
}

/** A source as far as it is indexed. */
export const sourceRowSchema = z.object({
  id: z.number(),
  key: z.string(),
  kind: z.enum(['conversation', 'vault']),
  title: z.string(),
  /** JSON. */
  tags: z.string(),
  instance: z.string().nullable(),
  folder: z.string().nullable(),
  archived: z.number(),
  path: z.string(),
  /** How much of the (unpacked) file is indexed, to the end of a line. */
  bytes: z.number(),
  /** Of the file on the disk when it was last read. */
  size: z.number(),
  mtime: z.number(),
  /** Tells whether what is indexed is still what the file begins with. */
  tail: z.string(),
  /** When its title was given, in milliseconds. */
  at: z.number(),
  /** Messages of which only the beginning is indexed, or nothing. */
  cut: z.number(),
  /** 1: it is not searched any more, its rows are being removed. */
  gone: z.number(),
})
export type SourceRow = z.infer<typeof sourceRowSchema>
