import { z } from 'zod'

/** A file or folder that fits what was typed behind `@`. */
export const fileMatchSchema = z.object({
  /** Relative to the folder, with `/` between; a folder's ends with it. */
  path: z.string(),
  kind: z.enum(['file', 'folder']),
})
export type FileMatch = z.infer<typeof fileMatchSchema>

export const fileMatchesSchema = z.object({
  /** The best first. */
  items: z.array(fileMatchSchema),
  nextCursor: z.null(),
  /** Who ranked them: Claude Code, where a process works in the folder, else the app by itself. */
  source: z.enum(['claude', 'index']),
  /** The folder is being read for the first time: more may fit in a moment. */
  building: z.boolean(),
  /** The folder has more files than are looked at: some that fit may be missing. */
  bounded: z.boolean(),
})
export type FileMatches = z.infer<typeof fileMatchesSchema>

/** What a path mentioned in a message is now. */
export const mentionStateSchema = z.object({ path: z.string(), kind: z.enum(['file', 'folder', 'missing', 'unreadable']) })
export type MentionState = z.infer<typeof mentionStateSchema>
