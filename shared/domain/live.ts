import { z } from 'zod'
import { effortSchema } from './claude-info.ts'
import { permissionModeSchema } from './instance.ts'

/** What is changed in a conversation from its next request on; null: back to its instance's own. */
export const livePatchSchema = z.object({
  model: z.string().trim().min(1).max(200).nullable().optional().describe('An alias or a name, as the models of the instance list it.'),
  effort: effortSchema.nullable().optional().describe('One that the model has.'),
  fastMode: z.boolean().nullable().optional().describe('Answers sooner and for more, where the model has it.'),
  permissionMode: permissionModeSchema.nullable().optional().describe('One that the process can be in; null: its instance’s own.'),
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
