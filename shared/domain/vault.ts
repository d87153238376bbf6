import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { workOriginSchema } from './work-origin.ts'

/** Claude Code's own id of a session; safe as a file name. */
export const sessionIdSchema = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/, 'This is not a session of Claude Code.')

/**
 * Whose history a session is part of: that of the user's own Claude Code (`claude`), that of the demo model (`demo`), or one that an
 * instance keeps elsewhere, as its own `CLAUDE_CONFIG_DIR` says (`claude-` and eight digits). Safe as a folder's name.
 */
export const vaultSourceNameSchema = z.string().regex(/^(claude(-[0-9a-f]{8})?|demo)$/)
export type VaultSourceName = z.infer<typeof vaultSourceNameSchema>

/** A sub-agent's transcript within a session. */
export const vaultAgentSchema = z.object({
  agentId: z.string(),
  /** What it was asked to do, in a few words. */
  title: z.string(),
  model: z.string().nullable(),
  messageCount: z.int(),
  bytes: z.number(),
  updatedAt: timeSchema,
  isInClaude: z.boolean(),
})
export type VaultAgent = z.infer<typeof vaultAgentSchema>

/** A session of Claude Code of which the vault has a copy. */
export const vaultSessionSchema = z.object({
  sessionId: sessionIdSchema,
  source: vaultSourceNameSchema,
  title: z.string(),
  /** The folder it worked in; null when its transcript does not say. */
  cwd: z.string().nullable(),
  model: z.string().nullable(),
  /** What was said and done in the session itself, by its user, by Claude and by tools. */
  messageCount: z.int(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  /** Of its transcript; sub-agents are not counted in. */
  bytes: z.number(),
  /** False once Claude Code, or anybody, has deleted its transcript. */
  isInClaude: z.boolean(),
  /** From when on Claude Code deletes it; null when it is gone already, or when Claude Code keeps it. */
  deletedByClaudeAt: timeSchema.nullable(),
  /** The session it was forked from. */
  parentSessionId: z.string().nullable(),
  /** The conversation of ours that holds it. */
  conversationId: idSchema.nullable(),
  /** The conversation that held it is in the trash: opening the session brings that back. */
  inTrash: z.boolean(),
  /** The step of a run, or the message of a topic, that its conversation was begun for. */
  origin: workOriginSchema.optional(),
  /** As Claude Code counted it; null when it did not. */
  costUsd: z.number().nullable(),
  agentCount: z.int(),
  /** Its own transcript is gone, and its sub-agents' are there. */
  agentsOnly: z.boolean(),
  /** Lines that could not be read. They stay in the copy. */
  damagedLines: z.int(),
  /** Earlier copies that are kept beside, as the transcript was rewritten. */
  versions: z.int(),
})
export type VaultSession = z.infer<typeof vaultSessionSchema>

/** An earlier state of a transcript, kept as it was rewritten. */
export const vaultEarlierSchema = z.object({
  version: z.int().positive(),
  /** On the disk. */
  bytes: z.number(),
  /** When it was last written to. */
  until: timeSchema,
})
export type VaultEarlier = z.infer<typeof vaultEarlierSchema>

/** What a clean-up of copies would delete. */
export const vaultCleanUpSchema = z.object({
  sessionIds: z.array(sessionIdSchema),
  /** What that frees on the disk. */
  bytes: z.number(),
  /** The largest of them. */
  items: z.array(z.object({ sessionId: sessionIdSchema, title: z.string(), updatedAt: timeSchema, bytes: z.number() })),
})
export type VaultCleanUp = z.infer<typeof vaultCleanUpSchema>

/** Where Claude Code's history lies and how long it is kept there. */
export const vaultSourceSchema = z.object({
  name: vaultSourceNameSchema,
  /** Its folder of projects. */
  folder: z.string(),
  /** False when it is there and cannot be read; one that is not there yet can be. */
  readable: z.boolean(),
  /** Days without a change after which Claude Code deletes a transcript at one of its starts. */
  keepsDays: z.number(),
})
export type VaultSource = z.infer<typeof vaultSourceSchema>

/** A pass over the whole history. */
export const vaultScanSchema = z.object({
  running: z.boolean(),
  /** Files whose copy was not up to date, and how many of them are by now. */
  total: z.int(),
  done: z.int(),
  bytes: z.number(),
  finishedAt: timeSchema.nullable(),
  /** Why copies could not be made, with what to do; null when all went well. */
  problem: z.string().nullable(),
})
export type VaultScan = z.infer<typeof vaultScanSchema>

/** The vault as a whole. */
export const vaultStatusSchema = z.object({
  sources: z.array(vaultSourceSchema),
  scan: vaultScanSchema,
  sessions: z.int(),
  /** Those that only the vault still has. */
  deleted: z.int(),
  /** Those that Claude Code deletes within a week. */
  endingSoon: z.int(),
  /** Of all transcripts and sub-agents' files together. */
  bytes: z.number(),
  /** What the copies take on the disk, compressed as far as they are, with the earlier ones. */
  diskBytes: z.number(),
  /** Ascends with every change of a session. */
  revision: z.int(),
})
export type VaultStatus = z.infer<typeof vaultStatusSchema>
