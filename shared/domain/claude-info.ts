import { z } from 'zod'

/** How hard a model thinks; which of them it has is told by `modelInfoSchema`. */
export const effortSchema = z.enum(['low', 'medium', 'high', 'xhigh', 'max'])
export type Effort = z.infer<typeof effortSchema>

const priceSchema = z.object({ input: z.number(), output: z.number() })

/** A model that the account has, as Claude Code lists it. */
export const modelInfoSchema = z.object({
  /** What is chosen: an alias such as `opus`, a full name, or `default`. */
  value: z.string(),
  /** The full name that it stands for, where that is known. */
  resolvedModel: z.string().optional(),
  displayName: z.string(),
  description: z.string().default(''),
  /** The efforts that it has, the lowest first; empty where it has none. */
  efforts: z.array(effortSchema),
  /** It can answer faster, at a higher price. */
  fastMode: z.boolean(),
  /** It has the permission mode `auto`. */
  autoMode: z.boolean(),
  /** US dollars for a million tokens; absent where the price is not known. */
  price: priceSchema.optional(),
  /** The same in fast mode. */
  fastPrice: priceSchema.optional(),
})
export type ModelInfo = z.infer<typeof modelInfoSchema>

/** A slash command: Claude Code's own, the user's, the project's, a plugin's or a skill. */
export const commandInfoSchema = z.object({
  /** Without the slash; with colons where it lies in a folder or comes from a plugin. */
  name: z.string(),
  description: z.string(),
  /** What it takes behind its name, such as `<file>`; empty where it takes nothing. */
  argumentHint: z.string(),
  aliases: z.array(z.string()),
  /** Claude Code brings it. */
  builtin: z.boolean(),
  /** Where it comes from, as far as Claude Code says: itself, the user, the project, a plugin, an MCP server. */
  source: z.enum(['builtin', 'user', 'project', 'plugin', 'mcp', 'other']).default('other'),
})
export type CommandSource = CommandInfo['source']
export type CommandInfo = z.infer<typeof commandInfoSchema>

/** A sub-agent that Claude can call. */
export const agentInfoSchema = z.object({ name: z.string(), description: z.string(), model: z.string().optional() })
export type AgentInfo = z.infer<typeof agentInfoSchema>

/** What fills the context window, in tokens. */
export const contextUsageSchema = z.object({
  model: z.string(),
  totalTokens: z.number(),
  maxTokens: z.number(),
  /** Of `maxTokens`, from 0 to 100. */
  percentage: z.number(),
  categories: z.array(
    z.object({
      /** Stable where Claude Code has one. */
      id: z.string().nullable(),
      name: z.string(),
      tokens: z.number(),
      /** `deferred` lies outside of the window until it is needed; `buffer` is kept free for compaction. */
      kind: z.enum(['used', 'free', 'buffer', 'deferred']),
    }),
  ),
  memoryFiles: z.array(z.object({ path: z.string(), tokens: z.number() })),
  mcpTools: z.array(z.object({ name: z.string(), server: z.string(), tokens: z.number() })),
  /** Above so many tokens the context is compacted before the next request; null: it is not by itself. */
  autoCompactAt: z.number().nullable(),
})
export type ContextUsage = z.infer<typeof contextUsageSchema>

/** An MCP server as the running process has it. */
export const mcpServerInfoSchema = z.object({
  name: z.string(),
  status: z.enum(['connected', 'failed', 'needs-auth', 'pending', 'disabled']),
  /** Why it failed, in its own words. */
  error: z.string().optional(),
  version: z.string().optional(),
  /** Where its definition comes from: `user`, `project`, `local`, `plugin`, `sdk`, … */
  source: z.string().optional(),
  /** What tells it from another one of its name: the `serverIdentity` of a rule for its tools. Absent where Claude Code does not say. */
  identity: z.string().optional(),
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
})
export type McpServerInfo = z.infer<typeof mcpServerInfoSchema>

export const mcpActionSchema = z.enum(['reconnect', 'enable', 'disable'])
export type McpAction = z.infer<typeof mcpActionSchema>
