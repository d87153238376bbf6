import { z } from 'zod'
import { errorInfoSchema } from '../app-error.ts'
import { gitOperationSchema } from './changes.ts'
import { idSchema, timeSchema } from './common.ts'

const refSchema = z.string().trim().min(1).max(200)
export const setupCommandSchema = z.string().trim().min(1).max(10_000)
const copySchema = z.array(z.string().trim().min(1).max(500)).max(50)

/** A worktree of its own that a new instance asks for. */
export const worktreeRequestSchema = z.object({
  branch: refSchema
    .optional()
    .describe('Made from `base`, or checked out where it is there already; absent: made from the name of the instance.'),
  base: refSchema.optional().describe('A branch, tag or commit; absent: what is checked out in the repository of `cwd`.'),
  setup: setupCommandSchema.optional().describe('A command line that is run in the new worktree, in your own shell.'),
  copy: copySchema
    .default([])
    .describe('Files, folders or patterns (`.env*`, `config/*.local`) that git ignores, copied from the folder of the repository.'),
})
export type WorktreeRequest = z.infer<typeof worktreeRequestSchema>

/** The set-up command of a worktree, as it was run last. */
export const worktreeSetupSchema = z.object({
  command: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** Null while it runs, or when it was ended. */
  exitCode: z.int().nullable(),
  /** Why it was ended, for the user to read; absent when it ended by itself. */
  ended: z.string().optional(),
  /** The end of what it has said, at most 2,000 characters; empty once it is done. */
  tail: z.string(),
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  /** Messages wait until it was done once, or is skipped. */
  holds: z.boolean().optional(),
})
export type WorktreeSetup = z.infer<typeof worktreeSetupSchema>

/** A git worktree that was made for an instance. */
export const worktreeSchema = z.object({
  id: idSchema,
  /** Where it is. */
  path: z.string(),
  /** The main folder of the repository; of a bare one its git directory. */
  repository: z.string(),
  branch: z.string(),
  /** What the branch was made from: a branch, or a commit. */
  base: z.string(),
  createdAt: timeSchema,
  /** Null: it has no set-up command. */
  setup: worktreeSetupSchema.nullable(),
  /** What was asked to be copied and was not, with the reason; at most 50. */
  notCopied: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** When it was removed from here; absent while it is there. */
  removedAt: timeSchema.optional(),
})
export type Worktree = z.infer<typeof worktreeSchema>

/** The first of a list, and how many there are in all. */
function someOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), total: z.int() })
}

export const worktreeFileSchema = z.object({
  /** In the worktree, with slashes. */
  path: z.string(),
  state: z.enum(['added', 'changed', 'deleted', 'renamed', 'untracked', 'conflict']),
})
export type WorktreeFile = z.infer<typeof worktreeFileSchema>

export const worktreeCommitSchema = z.object({ commit: z.string(), subject: z.string() })
export type WorktreeCommit = z.infer<typeof worktreeCommitSchema>

/** Why something is not done now; the sentence says what to do about it. */
const hindranceSchema = z.string().nullable()

/** A worktree as git sees it now. */
export const worktreeStateSchema = z.object({
  /** What is kept of it; null: it was not made by Bullpen. */
  worktree: worktreeSchema.nullable(),
  path: z.string(),
  repository: z.string(),
  /** It is not there any more: deleted by hand, or removed. */
  missing: z.boolean(),
  /** What is checked out; null: no branch, or it is missing. */
  branch: z.string().nullable(),
  /** The commit that is checked out; null: there is none yet, or it is missing. */
  head: z.string().nullable(),
  /** What it is compared with: the branch it was made from; null where none is known. */
  base: z.string().nullable(),
  /** Commits that only it has, and that only the base has; null where that cannot be told. */
  ahead: z.int().nullable(),
  behind: z.int().nullable(),
  /** The branch that it follows; null where there is none. `gone`: deleted at the remote. */
  upstream: z.object({ name: z.string(), ahead: z.int(), behind: z.int(), gone: z.boolean() }).nullable(),
  /** At most 200. */
  uncommitted: someOf(worktreeFileSchema),
  /** Commits that are neither in the base nor at a remote; at most 100. */
  unsaved: someOf(worktreeCommitSchema),
  /** All that it has is in the base. */
  merged: z.boolean(),
  /** Files that would conflict if it were merged into the base now; at most 100. */
  conflicts: someOf(z.string()),
  operation: gitOperationSchema.nullable(),
  /** What git ignores in it, folders as one; at most 100. */
  ignored: someOf(z.string()),
  /** Other worktrees of the repository, such as those that Claude made; at most 20. */
  others: z.array(z.object({ path: z.string(), branch: z.string().nullable(), byClaude: z.boolean(), missing: z.boolean() })),
  /** Other instances that work in it. */
  instances: z.array(z.object({ id: idSchema, name: z.string() })),
  cannotMerge: hindranceSchema,
  cannotRemove: hindranceSchema,
  cannotRestore: hindranceSchema,
  /** What could not be read of it. */
  problem: errorInfoSchema.optional(),
  readAt: timeSchema,
})
export type WorktreeState = z.infer<typeof worktreeStateSchema>

/** What a folder is to git, for who wants to make a worktree from it. */
export const repositoryFactsSchema = z.object({
  /** The folder of the repository that the path is in; null: none. */
  repository: z.string().nullable(),
  /** What is checked out there; null: a commit without a branch. */
  branch: z.string().nullable(),
  /** Branches, used last first; at most 200. */
  branches: z.array(z.string()),
  /** The branch that a worktree would get by itself, and where it would be. */
  suggested: z.object({ branch: z.string(), path: z.string() }).nullable(),
  /** Files at its top that git ignores and that a worktree would lack, such as `.env`; at most 20. */
  ignoredFiles: z.array(z.string()),
  /** It has submodules, which a new worktree has only once they are fetched: `git submodule update --init --recursive`. */
  submodules: z.boolean(),
  /** Why no worktree can be made from it; null: one can. */
  problem: errorInfoSchema.nullable(),
  /** Instances that work in this folder itself, without a worktree of their own. */
  instances: z.array(z.object({ id: idSchema, name: z.string() })),
})
export type RepositoryFacts = z.infer<typeof repositoryFactsSchema>

/** What became of a pull request: `opened` there now, `exists` since before, `compare`: open the address to make it. */
export const pullRequestSchema = z.object({
  state: z.enum(['opened', 'exists', 'compare']),
  url: z.string(),
  /** What was run; null: neither `gh` nor `glab` could be used. */
  tool: z.enum(['gh', 'glab']).nullable(),
  /** For the user to read. */
  message: z.string(),
})
export type PullRequest = z.infer<typeof pullRequestSchema>

/** What happens to the worktree of an instance that is removed. */
export const worktreeFateSchema = z.enum(['keep', 'remove'])
