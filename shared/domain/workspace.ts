import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** Names a window of the desktop app or a tab of a browser, made by whoever opens it. */
export const windowKeySchema = z.string().regex(/^[a-z0-9-]{1,40}$/, 'A window is named by 1 to 40 small letters, digits and hyphens.')

export const mostScrollsKept = 40

/** Where a conversation was scrolled to: `offset` pixels from the top of the list to the top of the message. */
export const scrollPlaceSchema = z.object({
  messageId: z.string().min(1).max(80),
  offset: z.number().min(-1_000_000).max(1_000_000),
})
export type ScrollPlace = z.infer<typeof scrollPlaceSchema>

/** What a window shows, so that it can come back. Addresses are those of the page, such as `#/conversation/conv_…`. */
export const workspaceSchema = z.object({
  address: z.string().max(1_000),
  /** The conversations that stood side by side last, also while another screen is shown. */
  panes: z.string().max(1_000).default(''),
  /** Of the width, a share for each pane. */
  shares: z.array(z.number().min(0).max(1)).max(4).default([]),
  /** By conversation; one that is not here stands at its end. */
  scroll: z
    .record(idSchema, scrollPlaceSchema)
    .refine((all) => Object.keys(all).length <= mostScrollsKept, `At most ${mostScrollsKept} places are kept.`)
    .default({}),
  /** Whether details are shown. */
  inspector: z.boolean().default(true),
  sidebar: z.object({ open: z.boolean(), width: z.number().min(0).max(4_000) }).optional(),
})
export type Workspace = z.infer<typeof workspaceSchema>

export const keptWorkspaceSchema = workspaceSchema.extend({ window: windowKeySchema, updatedAt: timeSchema })
export type KeptWorkspace = z.infer<typeof keptWorkspaceSchema>
