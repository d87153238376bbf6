import { z } from 'zod'
import { idSchema, instanceIdSchema } from './common.ts'
import { instanceStateSchema, pauseModeSchema } from './instance.ts'
import { folderSchema } from './project.ts'

export const severalActionSchema = z.enum(['pause', 'resume', 'restart', 'stop'])
export type SeveralAction = z.infer<typeof severalActionSchema>

/** Which instances, in one of three ways, and what is done to them. */
export const severalSchema = z
  .object({
    ids: z.array(instanceIdSchema).min(1).max(500).optional(),
    all: z.literal(true).optional(),
    project: folderSchema
      .optional()
      .describe('A folder: all instances that work in its repository, worktrees included, or in the folder itself.'),
    action: severalActionSchema,
    mode: pauseModeSchema.optional().describe('How to pause; with `pause` only.'),
  })
  .refine(({ ids, all, project }) => [ids, all, project].filter((one) => one !== undefined).length === 1, {
    message: 'Say which instances: give exactly one of ids, all and project.',
  })
  .refine(({ action, mode }) => (action === 'pause') === (mode !== undefined), {
    path: ['mode'],
    message: 'Give a mode (hold, freeze or park) with pause, and none with another action.',
  })
export type Several = z.infer<typeof severalSchema>

const standSchema = z.object({ state: instanceStateSchema, pause: pauseModeSchema.optional() })

/** What became of one of them. `unchanged`: there was nothing to do, as for one that is paused that way already. */
export const severalOutcomeSchema = z.object({
  id: idSchema,
  name: z.string(),
  outcome: z.enum(['done', 'unchanged', 'refused']),
  before: standSchema,
  after: standSchema,
  /** Why it was refused. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type SeveralOutcome = z.infer<typeof severalOutcomeSchema>
