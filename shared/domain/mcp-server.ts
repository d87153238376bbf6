import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { mcpServerSchema, serverNameSchema } from './instance.ts'
import { userOfSchema } from './secret.ts'

const noteSchema = z.string().trim().max(1_000)

/** An MCP server that is saved once and used by any instance that names it. */
export const savedServerSchema = z.object({
  id: idSchema,
  name: serverNameSchema,
  config: mcpServerSchema,
  note: noteSchema.optional(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
})
export type SavedServer = z.infer<typeof savedServerSchema>

export const shownServerSchema = savedServerSchema.extend({
  /** Instances and profiles that name it. */
  usedBy: z.array(userOfSchema),
})
export type ShownServer = z.infer<typeof shownServerSchema>

export const serverInputSchema = z.object({ name: serverNameSchema, config: mcpServerSchema, note: noteSchema.optional() })
export type ServerInput = z.infer<typeof serverInputSchema>
export const serverPatchSchema = z.object({
  name: serverNameSchema.optional(),
  config: mcpServerSchema.optional(),
  note: noteSchema.nullable().optional(),
})

/**
 * Where Claude Code has a server from. `user`: the user's own file, for all folders; `local`: the same file, for one folder; `project`: a
 * `.mcp.json` of the folder or one above; `plugin`: a plugin that is switched on; `managed`: the administrator's file, beside which no other
 * counts.
 */
export const serverScopeSchema = z.enum(['managed', 'user', 'local', 'project', 'plugin'])

/** A server that Claude Code brings along in a folder, whatever Bullpen says. Values that look like keys are left out. */
export const foundServerSchema = z.object({
  name: z.string(),
  scope: serverScopeSchema,
  /** The file that it stands in. */
  file: z.string(),
  /** The plugin's name. */
  plugin: z.string().optional(),
  /** Null: it cannot be read as one; `fault` says why. */
  config: mcpServerSchema.nullable(),
  fault: z.string().optional(),
  /** Places whose value was left out of `config`: `env.TOKEN`. */
  hidden: z.array(z.string()),
  /** `off`: switched off by Claude Code's settings. `shadowed`: another one of this name goes before it. */
  state: z.enum(['on', 'off', 'shadowed']),
  /** Why it is not on: which file or server. */
  because: z.string().optional(),
})
export type FoundServer = z.infer<typeof foundServerSchema>

/** A file of Claude Code's that was looked for servers and could not be read. */
export const serverFileFaultSchema = z.object({ file: z.string(), message: z.string() })

/** A server that was tried before it is saved. */
export const serverTestSchema = z.object({
  /** True: it answered and listed its tools. */
  works: z.boolean(),
  /** `needs-auth`: it answers, and wants its user to sign in. */
  state: z.enum(['works', 'failed', 'needs-auth', 'timeout']),
  /** What happened, and what to do next. */
  message: z.string(),
  server: z.object({ name: z.string(), version: z.string() }).nullable(),
  protocol: z.string().nullable(),
  tools: z.array(z.object({ name: z.string(), description: z.string().optional(), readOnly: z.boolean().optional() })),
  /** So many more tools were listed. */
  toolsOmitted: z.int().optional(),
  /** The end of what the program wrote to its error output, with secrets taken out. */
  output: z.string(),
  /** How the program ended by itself: `exit code 1`; null: it did not. */
  ended: z.string().nullable(),
  milliseconds: z.int(),
})
export type ServerTest = z.infer<typeof serverTestSchema>

/** A server as it was pasted. */
export const pastedServerSchema = z.object({
  /** Null: the text does not say. */
  name: z.string().nullable(),
  config: mcpServerSchema,
  /** Values that look like keys, and a name for each as a secret. */
  secrets: z.array(z.object({ place: z.string(), suggested: z.string() })),
  /** What was changed on the way: `${TOKEN}` became `${env:TOKEN}`. */
  notes: z.array(z.string()),
})
export type PastedServer = z.infer<typeof pastedServerSchema>

/** What is wrong with a pasted text, and where: `mcpServers.github.args[1]`, `line 3, column 5`. */
export const pasteFaultSchema = z.object({ place: z.string(), message: z.string() })
export type PasteFault = z.infer<typeof pasteFaultSchema>
