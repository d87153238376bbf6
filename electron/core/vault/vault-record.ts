import { z } from 'zod'
import { sessionIdSchema, vaultSourceNameSchema } from '../../../shared/domain/vault.ts'
import { foldSchema } from './session-fold.ts'

/** A place below a folder of projects, with `/` between its parts; never one that leads out of it. */
const relativePathSchema = z
  .string()
  .max(4_000)
  .refine(
    (path) => !path.includes('\\') && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
  )

/** What the vault knows of one file of Claude Code's. */
export const fileRecordSchema = z.object({
  source: vaultSourceNameSchema,
  path: relativePathSchema,
  /** The original as it was last seen. A time of -1 says that it has to be looked at again. */
  size: z.number(),
  mtimeMs: z.number(),
  /** False once the original is gone. */
  present: z.boolean(),
  /** Bytes of our copy. */
  copied: z.number(),
  /** Earlier copies, kept as `<path>.v1` and on. */
  versions: z.number(),
  /** What they take on the disk; null as long as nobody has looked. */
  versionBytes: z.number().nullable().default(null),
  /** What our copy takes on the disk when it is compressed; null when it is plain. */
  packed: z.number().nullable().default(null),
  /** The user has deleted the copy. */
  removed: z.literal(true).optional(),
  /** Null for files that are no transcripts, and for those that an earlier version has read. */
  fold: foldSchema.nullable().catch(null),
})
export type FileRecord = z.infer<typeof fileRecordSchema>

/** What a file of Claude Code's is part of. */
export type FileRole = { sessionId: string; kind: 'session' | 'agent' | 'other' }

/**
 * What the file at this place is, or null for one that is no part of a session. Sub-agents lie in `<session>/subagents/`, in
 * older versions beside their session, whose id then is in the file alone.
 */
export function roleOf(path: string, fold: FileRecord['fold']): FileRole | null {
  const [, name = '', ...rest] = path.split('/')
  if (rest.length > 0) return roleWith(name, agentFile.test(rest.at(-1) ?? '') && !isInternalAgent(agentIdOf(path)) ? 'agent' : 'other')
  const id = name.replace(/\.jsonl$/, '')
  if (!id.startsWith('agent-')) return roleWith(id, 'session')
  return roleWith(fold?.sessionId ?? '', isInternalAgent(agentIdOf(path)) ? 'other' : 'agent')
}

const agentFile = /^agent-.+\.jsonl$/

/** Whether a transcript is of what Claude Code does for itself, such as suggesting a prompt or making its context smaller. */
export function isInternalAgent(agentId: string): boolean {
  return /^a(?:compact|speculation|[a-z]+(?:_[a-z]+)+)(?:-|$)/.test(agentId)
}

/** Whether a file is the transcript of one of these. They cost tokens, and are no sub-agents of the user's. */
export function isInternalFile(path: string): boolean {
  return agentFile.test(path.split('/').at(-1) ?? '') && isInternalAgent(agentIdOf(path))
}

/** The name that says which agent a file is of. */
export function agentIdOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/^agent-/, '').replace(/\.jsonl$/, '')
}

/** Whether an earlier version has read it, so that it has to be read anew. */
export function isUnread({ path, fold }: Pick<FileRecord, 'path' | 'fold'>): boolean {
  return fold === null && path.endsWith('.jsonl')
}

/** One name for one file. */
export function keyOf({ source, path }: Pick<FileRecord, 'source' | 'path'>): string {
  return `${source}/${path}`
}

function roleWith(sessionId: string, kind: FileRole['kind']): FileRole | null {
  return sessionIdSchema.safeParse(sessionId).success ? { sessionId, kind } : null
}
