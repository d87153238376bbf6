import { z } from 'zod'
import { idSchema, instanceIdSchema, timeSchema } from './common.ts'

/**
 * How a rule says which calls it is about. `exact`: with exactly these arguments. `prefix`: plain commands that start with these words.
 * `file`, `folder`: a file tool, on this file or within this folder. `site`: pages of this host. `tool`: any call of the tool.
 */
export const ruleMatchSchema = z.enum(['exact', 'prefix', 'file', 'folder', 'site', 'tool'])
export type RuleMatch = z.infer<typeof ruleMatchSchema>

/** Every tool. Questions, plans and forms are never decided by a rule. */
export const everyTool = '*'

const noteSchema = z.string().trim().max(1_000)
const patternSchema = z.string().min(1).max(20_000)
const folderSchema = z.string().min(1).max(4_096)
const toolSchema = z.string().trim().min(1).max(300)
const identitySchema = z.string().min(1).max(200)

const bodyShape = {
  /** The tool's name, such as `Bash` or `mcp__tracker__close_issue`; `*` for every tool. */
  tool: toolSchema,
  match: ruleMatchSchema,
  /** The command, the words it starts with, the file's absolute path, or the host. */
  pattern: patternSchema.optional(),
  /** The exact arguments; of a command, those beside the command itself. */
  input: z.record(z.string(), z.unknown()).optional(),
  /** Of a command: the folder it has to run in, exactly; any when absent. Of `folder`: what the path has to be within. */
  folder: folderSchema.optional(),
  /** Which MCP server the tool is of, whatever its name: `facts.mcpServer.identity` of an approval. Needed to allow a tool of one. */
  serverIdentity: identitySchema.optional(),
  decision: z.enum(['allow', 'deny']),
  note: noteSchema.optional(),
}

/** A decision about a tool that holds until it is revoked. Kept by us; never written into Claude Code's own settings. */
export const ruleSchema = z.object({
  id: idSchema,
  ...bodyShape,
  /** Only for calls of this instance. */
  instanceId: idSchema.optional(),
  createdAt: timeSchema,
  /** When it last decided about a call; null: never. */
  lastMatchedAt: timeSchema.nullable(),
  uses: z.int().nonnegative(),
})
export type Rule = z.infer<typeof ruleSchema>

/** What makes a rule, without its history. */
export type RuleBody = Omit<Rule, 'id' | 'createdAt' | 'lastMatchedAt' | 'uses'>

/** A rule as it is asked for. `match` may be left out where the other fields tell it. */
export const ruleDraftSchema = z.object({
  ...bodyShape,
  match: ruleMatchSchema.optional(),
  instanceId: instanceIdSchema.optional(),
})
export type RuleDraft = z.infer<typeof ruleDraftSchema>

/** Needed for a rule that allows every call of every tool, or every command. */
export const confirmSchema = z.literal(true).optional()

/** `null` takes a field away. */
export const rulePatchSchema = z.object({
  tool: toolSchema.optional(),
  match: ruleMatchSchema.optional(),
  pattern: patternSchema.nullable().optional(),
  input: z.record(z.string(), z.unknown()).nullable().optional(),
  folder: folderSchema.nullable().optional(),
  serverIdentity: identitySchema.nullable().optional(),
  instanceId: instanceIdSchema.nullable().optional(),
  decision: z.enum(['allow', 'deny']).optional(),
  note: noteSchema.nullable().optional(),
  confirm: confirmSchema,
})
export type RulePatch = z.infer<typeof rulePatchSchema>

/** A rule as it is shown: with what it does in plain words. */
export const shownRuleSchema = ruleSchema.extend({
  /** Such as "Allows running “npm test” in ~/code/api". */
  words: z.string(),
  /** It reaches far: a whole tool, or more. */
  broad: z.boolean(),
})
export type ShownRule = z.infer<typeof shownRuleSchema>

/** A rule that the user may make from an approval, in plain words. */
export const ruleProposalSchema = z.object({ rule: ruleDraftSchema, words: z.string(), broad: z.boolean() })
export type RuleProposal = z.infer<typeof ruleProposalSchema>

/** The rule that decided about a call, as it was then. */
export const appliedRuleSchema = z.object({ id: idSchema, words: z.string(), decision: z.enum(['allow', 'deny']) })
export type AppliedRule = z.infer<typeof appliedRuleSchema>
