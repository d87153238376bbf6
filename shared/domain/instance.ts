import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { backgroundTaskSchema } from './background.ts'
import { effortSchema } from './claude-info.ts'
import { idSchema, timeSchema } from './common.ts'
import { leaseSchema } from './lease.ts'
import { originSchema } from './turn.ts'
import { waySchema } from './way.ts'
import { worktreeSchema } from './worktree.ts'

/** Claude Code's permission modes. `auto`: only some models and accounts have it; without it Claude Code asks as in `default`. */
export const permissionModeSchema = z.enum(['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'])
export type PermissionMode = z.infer<typeof permissionModeSchema>

/** A server's name becomes part of its tools' names. */
export const serverNameSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'A server’s name has 1 to 64 letters, digits, “-” and “_”.')

/** An MCP server as Claude Code's own configuration writes it. Values may be references: `${env:NAME}`, `${secret:NAME}`. */
export const mcpServerSchema = z.union([
  z.object({
    type: z.literal('stdio').optional(),
    command: z.string().min(1),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
  }),
  z.object({ type: z.enum(['http', 'sse']), url: z.url(), headers: z.record(z.string(), z.string()).optional() }),
])
export type McpServer = z.infer<typeof mcpServerSchema>

const nameSchema = z.string().trim().min(1, 'Enter a name.').max(60, 'A name has at most 60 characters.')
const envNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'An environment variable name has letters, digits and underscores.')

const envValueSchema = z.string().refine((value) => !value.includes('\0'), 'An environment variable cannot hold a NUL character.')

const savedServersSchema = z.array(serverNameSchema).max(50, 'At most 50 saved servers.')

/** Which profile an instance was made from, and what that said then. */
export const fromProfileSchema = z.object({
  id: idSchema,
  revision: z.int(),
  /** A short mark of each setting as it was taken over. */
  taken: z.record(z.string(), z.string().max(40)),
})
export type FromProfile = z.infer<typeof fromProfileSchema>

/** What the user chooses about an instance. Only `name` and `cwd` are needed. */
export const instanceConfigSchema = z.object({
  name: nameSchema,
  /** An absolute path, or one that starts with `~`. */
  cwd: z.string().trim().min(1, 'Choose a folder.'),
  /** A model name or alias (`opus`, `sonnet`, `haiku`); Claude Code's own default when absent. */
  model: z.string().trim().max(200).optional(),
  /** How hard it thinks, unless a conversation has chosen something else; the model's own when absent. */
  effort: effortSchema.optional(),
  /** Takes the place of Claude Code's system prompt. */
  systemPrompt: z.string().max(100_000).optional(),
  /** Is added to Claude Code's system prompt. */
  appendSystemPrompt: z.string().max(100_000).optional(),
  /** Absent: what Claude Code's own settings say. */
  permissionMode: permissionModeSchema.optional(),
  allowedTools: z.array(z.string().min(1)).max(200).default([]),
  disallowedTools: z.array(z.string().min(1)).max(200).default([]),
  mcpServers: z.record(z.string(), mcpServerSchema).default({}),
  /** Saved MCP servers that it uses, by name. */
  savedServers: savedServersSchema.default([]),
  addDirs: z.array(z.string().min(1)).max(50).default([]),
  env: z.record(envNameSchema, envValueSchema).default({}),
  /** A turn that runs longer is interrupted; none when absent. */
  turnTimeoutSeconds: z.int().min(5).max(86_400).optional(),
  tags: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
  /** Policy never parks or retires a pinned instance. */
  pinned: z.boolean().default(false),
  /** How it has its process; absent: `pool`. */
  way: waySchema.optional(),
  /** The profile that it was made from. */
  fromProfile: fromProfileSchema.optional(),
})
export type InstanceConfig = z.infer<typeof instanceConfigSchema>

/** Without defaults and with every field optional: a patch. `null` clears an optional field. */
export const instancePatchSchema = z.object({
  name: nameSchema.optional(),
  cwd: z.string().trim().min(1).optional(),
  model: z.string().trim().max(200).nullable().optional(),
  effort: effortSchema.nullable().optional(),
  systemPrompt: z.string().max(100_000).nullable().optional(),
  appendSystemPrompt: z.string().max(100_000).nullable().optional(),
  permissionMode: permissionModeSchema.nullable().optional(),
  allowedTools: z.array(z.string().min(1)).max(200).optional(),
  disallowedTools: z.array(z.string().min(1)).max(200).optional(),
  mcpServers: z.record(z.string(), mcpServerSchema).optional(),
  savedServers: savedServersSchema.optional(),
  addDirs: z.array(z.string().min(1)).max(50).optional(),
  env: z.record(envNameSchema, envValueSchema).optional(),
  turnTimeoutSeconds: z.int().min(5).max(86_400).nullable().optional(),
  tags: z.array(z.string().trim().min(1).max(50)).max(20).optional(),
  pinned: z.boolean().optional(),
  way: waySchema.nullable().optional(),
})
export type InstancePatch = z.infer<typeof instancePatchSchema>

/** What an instance is made from: its own settings, which win, and those of a profile. Without a profile `name` and `cwd` are needed. */
export const instanceCreateSchema = instancePatchSchema.extend({
  /** A profile, by its id or name. The name and the folder are its own unless they are given. */
  profile: z.string().trim().min(1).max(100).optional(),
})
export type InstanceCreate = z.infer<typeof instanceCreateSchema>

export const instanceStateSchema = z.enum(['stopped', 'starting', 'idle', 'busy', 'paused', 'failed'])
export type InstanceState = z.infer<typeof instanceStateSchema>

/**
 * hold: finishes this turn and takes no more. freeze: the process is stopped in its tracks for at most
 * 120 s. park: this turn is interrupted, the session kept, the memory freed.
 */
export const pauseModeSchema = z.enum(['hold', 'freeze', 'park'])
export type PauseMode = z.infer<typeof pauseModeSchema>

export const processSchema = z.object({
  pid: z.int(),
  origin: originSchema,
  /** Of the whole process tree; null until it was measured or where it cannot be. */
  memoryMb: z.number().nullable(),
  /** Processor time of the whole tree, in percent of one core, when it was last measured; null before the second time. */
  cpuPercent: z.number().nullable(),
  startedAt: timeSchema,
  /** The model it answers with, in full; absent while that is not known. */
  model: z.string().optional(),
  /** How hard the model thinks; absent while that is not known, or where the model has no efforts. */
  effort: effortSchema.optional(),
  fastMode: z.boolean().optional(),
  /** The permission mode that is in force; absent while that is not known. */
  permissionMode: permissionModeSchema.optional(),
  /** True while something outside of the app has stopped it (SIGSTOP); it does nothing until it is resumed. */
  suspended: z.boolean().optional(),
})

/** A named, configured Claude that the user sees. */
export const instanceSchema = z.object({
  id: idSchema,
  ...instanceConfigSchema.shape,
  state: instanceStateSchema,
  pause: pauseModeSchema.optional(),
  /** When a frozen instance will be parked by itself. */
  frozenUntil: timeSchema.optional(),
  process: processSchema.nullable(),
  /** The conversation whose session its process holds. */
  conversationId: idSchema.nullable(),
  /** Messages that wait for it. */
  queued: z.number(),
  /** Approvals that wait for the user. */
  approvals: z.number(),
  /** What it does now, in a few words: a tool and its object, `Thinking`, `Answering`; null when idle. */
  activity: z.string().nullable(),
  /** What runs in the background of its current conversation, the oldest first, at most 50. While there is any, it is not idle. */
  background: z.array(backgroundTaskSchema),
  /** So many more run in the background. */
  backgroundOmitted: z.int().optional(),
  /** When the running turn began. */
  busySince: timeSchema.nullable(),
  /** Since when nothing has come from the process in a running turn, once that is longer than 30 s. */
  stalledSince: timeSchema.nullable(),
  /** The next automatic restart after a crash. */
  restartAt: timeSchema.nullable(),
  /** Lines of the process's output that could not be read and were skipped. */
  skippedLines: z.number(),
  /** Turns that have ended, since it was made. */
  turns: z.int(),
  /** When a turn of it began or ended last. */
  lastUsedAt: timeSchema.nullable(),
  error: errorInfoSchema.optional(),
  /** The worktree that was made for it; absent: none was. */
  worktree: worktreeSchema.optional(),
  /** The pool made it, and removes it when nobody uses it for long; absent: it is the user's. */
  madeBy: z.literal('pool').optional(),
  /** Somebody has it for themselves: work of others waits; messages of people do not. */
  lease: leaseSchema.optional(),
  createdAt: timeSchema,
})
export type Instance = z.infer<typeof instanceSchema>
