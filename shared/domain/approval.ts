import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { ruleDraftSchema, ruleProposalSchema } from './rule.ts'

/**
 * What waits for a person: a tool's permission, a question of Claude's, a plan, a form or an address of an MCP server,
 * or any other dialog.
 */
export const approvalKindSchema = z.enum(['permission', 'question', 'plan', 'elicitation', 'dialog'])
export type ApprovalKind = z.infer<typeof approvalKindSchema>

/** One of Claude's questions (AskUserQuestion). Its text is its key in an answer. */
export const askedQuestionSchema = z.object({
  question: z.string(),
  /** A word or two that name it. */
  header: z.string().default(''),
  /** Several of the options may be chosen. */
  multiSelect: z.boolean().default(false),
  options: z.array(z.object({ label: z.string(), description: z.string().default(''), preview: z.string().optional() })).default([]),
})
export type AskedQuestion = z.infer<typeof askedQuestionSchema>

/** What an MCP server asks: values for a form, or that an address is opened. */
export const elicitationSchema = z.object({
  server: z.string(),
  message: z.string(),
  mode: z.enum(['form', 'url']),
  /** A JSON Schema of an object with plain values; of a form. */
  requestedSchema: z.record(z.string(), z.unknown()).optional(),
  /** The address to open; of a url. */
  url: z.string().optional(),
  /** The server's own id of it; of a url. */
  elicitationId: z.string().optional(),
  /** The server has said that what is to be done at the address is done; an answer is still wanted. */
  completed: z.literal(true).optional(),
})
export type Elicitation = z.infer<typeof elicitationSchema>

/** A dialog of Claude Code's own: one of its options is chosen, or it is denied. */
export const askedDialogSchema = z.object({
  /** Claude Code's name for it. */
  kind: z.string(),
  options: z.array(z.object({ value: z.string(), label: z.string(), description: z.string().optional() })),
})
export type AskedDialog = z.infer<typeof askedDialogSchema>

/** What Claude Code says of a request beside its input. */
export const approvalFactsSchema = z.object({
  /** It must not be allowed by a single key. */
  defaultToNo: z.boolean().default(false),
  /** No lasting permission may be offered for it. */
  suppressAlwaysAllow: z.boolean().default(false),
  /** A rule of Claude Code's own settings that asks for a person. */
  matchedAskRule: z.string().optional(),
  /** The path outside of the allowed folders that it is about. */
  blockedPath: z.string().optional(),
  /** The sub-agent that asks. */
  agentId: z.string().optional(),
  /** What that one is and is to do, as far as Claude Code says it. */
  agent: z.object({ type: z.string().max(200).optional(), description: z.string().max(200).optional() }).optional(),
  reason: z.string().optional(),
  /** The kind of that reason, such as `rule`, `mode`, `workingDir`, `safetyCheck`, `subcommandResults` or `other`. */
  reasonType: z.string().optional(),
  /** Nothing but what holds for an MCP server's tools in general has it asked about; it may be allowed for good. */
  serverPolicyAskOnly: z.literal(true).optional(),
  /** Claude Code wants a person for it. */
  requiresUserInteraction: z.literal(true).optional(),
  /** The MCP server that the tool is of: its name, where it is set up, and what tells it from another one of that name. */
  mcpServer: z.object({ name: z.string(), source: z.string().optional(), identity: z.string().optional() }).optional(),
  /** Claude Code proposes no lasting permission of its own, as it does where a command's text does not tell what it will do. */
  noSuggestions: z.literal(true).optional(),
})

/** A request that waits for the user. It never expires by itself. */
export const approvalSchema = z.object({
  id: idSchema,
  instanceId: idSchema,
  conversationId: idSchema,
  turnId: idSchema,
  toolUseId: z.string(),
  kind: approvalKindSchema.default('permission'),
  tool: z.string(),
  /** Exactly what will run if it is allowed. */
  input: z.record(z.string(), z.unknown()),
  /** Where it would run; absent where Claude Code does not say. A command may have moved its shell away from the conversation's folder. */
  folder: z.string().optional(),
  /** Claude Code's own words for the request, where it has any. */
  title: z.string().optional(),
  description: z.string().optional(),
  facts: approvalFactsSchema.default({ defaultToNo: false, suppressAlwaysAllow: false }),
  /** Claude's questions; of a question. */
  questions: z.array(askedQuestionSchema).optional(),
  /** The plan, in Markdown; of a plan, where Claude has written one. */
  plan: z.string().optional(),
  elicitation: elicitationSchema.optional(),
  dialog: askedDialogSchema.optional(),
  /** Rules that would allow this call and those like it, the narrowest first; of a permission that may be allowed for good. */
  ruleProposals: z.array(ruleProposalSchema).optional(),
  /** Why Claude Code asks, in its own words, where it says so. */
  reason: z.string().optional(),
  /** A sub-agent in the background asks: the end of the turn that began it does not withdraw the question. */
  background: z.literal(true).optional(),
  /** The process that asked has ended. The answer starts Claude again, in a turn of its own. */
  kept: z.literal(true).optional(),
  /** Why it can be answered no more, and what to do instead. It can only be dismissed, by denying it. */
  lapsed: z.string().optional(),
  createdAt: timeSchema,
})
export type Approval = z.infer<typeof approvalSchema>

/** The permission mode that an approved plan is carried out in. */
export const planModeSchema = z.enum(['acceptEdits', 'default', 'plan'])
export type PlanMode = z.infer<typeof planModeSchema>

/** Told to Claude when its question is allowed without an answer: it chooses by itself. */
export const leftToClaude = 'No preference: choose what fits best and continue.'

export const decisionSchema = z.object({
  decision: z.enum(['allow', 'deny']),
  updatedInput: z.record(z.string(), z.unknown()).optional().describe('Runs instead of the asked input.'),
  answers: z
    .record(z.string(), z.union([z.string().max(10_000), z.array(z.string().max(10_000)).max(20)]))
    .optional()
    .describe("Answers to Claude's questions, by a question's text: an option's label or own words; several as a list."),
  annotations: z
    .record(z.string(), z.object({ notes: z.string().max(10_000) }))
    .optional()
    .describe("Beside answers, by a question's text: notes of one's own on what was chosen. Notes alone are an answer too."),
  planMode: planModeSchema.optional().describe('The mode to carry a plan out in. Absent: the one that was there before it.'),
  plan: z.string().max(500_000).optional().describe('The plan as the user changed it.'),
  content: z.record(z.string(), z.unknown()).optional().describe("The values of an MCP server's form."),
  choice: z.string().max(200).optional().describe('Of a dialog: the value of the option that is chosen.'),
  message: z
    .string()
    .max(10_000)
    .optional()
    .describe(
      'Told to Claude: with a denial as its reason. With a question: instead of answers, to talk about it first; beside answers it is a note.',
    ),
  remember: z
    .enum(['no', 'conversation', 'rule'])
    .optional()
    .describe(
      '`conversation`: exactly this call is not asked about again in this conversation. `rule`: a rule is made of it. Questions, plans and forms are always asked.',
    ),
  rule: ruleDraftSchema
    .optional()
    .describe('The rule to make, with `remember: "rule"`; absent: the narrowest that covers what is decided. It has to cover that.'),
  confirm: z.literal(true).optional().describe('Needed for a rule that allows every call of every tool, or every command.'),
  interrupt: z.boolean().optional().describe('With a denial: also end the turn.'),
})
export type Decision = z.infer<typeof decisionSchema>

export const approvalOutcomeSchema = z.enum(['waiting', 'allowed', 'denied', 'withdrawn'])
export type ApprovalOutcome = z.infer<typeof approvalOutcomeSchema>
