import { z } from 'zod'
import { effortSchema } from './claude-info.ts'
import { permissionModeSchema } from './instance.ts'

/** What is changed in a conversation from its next request on; null: back to its instance's own. */
export const livePatchSchema = z.object({
  /** An alias or a name, as the models of the instance list it. */
  model: z.string().trim().min(1).max(200).nullable().optional(),
  /** One that the model has. */
  effort: effortSchema.nullable().optional(),
  fastMode: z.boolean().nullable().optional(),
  permissionMode: permissionModeSchema.nullable().optional(),
})
export type LivePatch = z.infer<typeof livePatchSchema>

/** What a conversation works with. */
export const liveSettingsSchema = z.object({
  /** The full name of what answers now; without a process what was chosen. Null: Claude Code's own default. */
  model: z.string().nullable(),
  /** Null: the model's default. */
  effort: effortSchema.nullable(),
  fastMode: z.boolean().nullable(),
  /** Null: what Claude Code's own settings say. */
  permissionMode: permissionModeSchema.nullable(),
  /** It is in force in the running process; false: kept for the next start. */
  applied: z.boolean(),
})
export type LiveSettings = z.infer<typeof liveSettingsSchema>
