import { z } from 'zod'

/** What a folder belongs to: its repository, worktrees with the repository they are of, or itself where there is none. */
export const projectSchema = z.object({
  /** The folder that was asked about. */
  folder: z.string(),
  /** The repository's main folder, or the folder itself; the same for all folders of one project. */
  root: z.string(),
  /** The last part of `root`. */
  name: z.string(),
  isRepository: z.boolean(),
})
export type Project = z.infer<typeof projectSchema>

export const mostFolders = 500
export const folderSchema = z.string().trim().min(1).max(4_096)
