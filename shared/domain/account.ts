import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** Whom Claude Code works for, as it says itself; what it does not say is absent. */
export const accountInfoSchema = z.object({
  email: z.string().optional(),
  organization: z.string().optional(),
  /** The plan, such as `max`. */
  subscription: z.string().optional(),
  /** Where its key comes from, such as `ANTHROPIC_API_KEY`; absent where it works without one. */
  apiKeySource: z.string().optional(),
  /** Where its sign-in comes from, such as `CLAUDE_CODE_OAUTH_TOKEN`. */
  tokenSource: z.string().optional(),
  /** `firstParty`, `bedrock`, `vertex`, … */
  provider: z.string().optional(),
})
export type AccountInfo = z.infer<typeof accountInfoSchema>

/** One of the plan's limits. */
export const limitWindowSchema = z.object({
  /** Claude Code's own name: `five_hour`, `seven_day`, `seven_day_opus`, … or `model:` with a model's name. */
  id: z.string(),
  /** What people call it. */
  name: z.string(),
  /** From 0 to 100, or more; null where that is not known. */
  usedPercent: z.number().nullable(),
  resetsAt: timeSchema.nullable(),
  state: z.enum(['ok', 'near', 'reached']),
})
export type LimitWindow = z.infer<typeof limitWindowSchema>

/** An account that instances work for, and how much of its plan is used. */
export const accountSchema = z.object({
  id: z.string(),
  ...accountInfoSchema.shape,
  /** Empty where nothing is known of limits, as with an API key. */
  windows: z.array(limitWindowSchema),
  /** When Claude Code spoke of it last; null: never. */
  heardAt: timeSchema.nullable(),
  /** The instances that work for it. */
  instanceIds: z.array(idSchema),
})
export type Account = z.infer<typeof accountSchema>
