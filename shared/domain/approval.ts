import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** A permission question that waits for the user. It never expires by itself. */
export const approvalSchema = z.object({
  id: idSchema,
  instanceId: idSchema,
  conversationId: idSchema,
  turnId: idSchema,
  toolUseId: z.string(),
  tool: z.string(),
  /** Exactly what will run if it is allowed. */
  input: z.record(z.string(), z.unknown()),
  /** Why Claude Code asks, in its own words, where it says so. */
  reason: z.string().optional(),
  createdAt: timeSchema,
})
export type Approval = z.infer<typeof approvalSchema>

export const decisionSchema = z.object({
  decision: z.enum(['allow', 'deny']),
  /** Runs instead of the asked input. */
  updatedInput: z.record(z.string(), z.unknown()).optional(),
  /** Told to Claude with a denial. */
  message: z.string().max(10_000).optional(),
  /** `conversation`: the same tool (for Bash: the same command) is not asked about again in this conversation. */
  remember: z.enum(['no', 'conversation']).optional(),
  /** With a denial: also end the turn. */
  interrupt: z.boolean().optional(),
})
export type Decision = z.infer<typeof decisionSchema>

export const approvalOutcomeSchema = z.enum(['waiting', 'allowed', 'denied', 'withdrawn'])
