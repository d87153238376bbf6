import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'
import { imageMediaTypeSchema } from './message.ts'

/**
 * A path below a folder, with `/` between its parts on every system. One that is no UTF-8, or that begins with a quotation mark, stands as git
 * quotes it: in quotation marks, its bytes as octal numbers (`"caf\351"`), so that every path has one spelling and none is lost.
 */
export const treePathSchema = z.string().min(1).max(40_000)
export type TreePath = z.infer<typeof treePathSchema>

/** What changes are compared with: how the folder was before the conversation's first turn, the last commit, or before a message was sent. */
export const againstSchema = z
  .string()
  .regex(/^(start|head|message:[a-z]{1,8}_[0-9a-f]{12,40})$/, 'Compare with start, head, or message: and the id of a message of yours.')
  .default('start')
  .describe('`start`: before the first turn; `head`: the last commit; `message:{id}`: before that message of the user was sent.')

/** What became of a file. `mode`: only whether it can be run; `type`: a file became a link, a folder of another repository, or the reverse. */
export const changeKindSchema = z.enum(['created', 'changed', 'deleted', 'renamed', 'mode', 'type'])
/** What a file is, as far as it can be shown. `large`: too large to be compared; `repository`: a repository of its own within the folder. */
export const fileContentSchema = z.enum(['text', 'binary', 'picture', 'link', 'large', 'repository'])
/**
 * Who changed it. `conversation`: this one alone; `others`: a person or another conversation; `both`. Where several worked in the folder at the
 * same time nobody can say, and it is `both`.
 */
export const changedBySchema = z.enum(['conversation', 'others', 'both'])

export const changedFileSchema = z.object({
  path: treePathSchema,
  /** Where it was before, for `renamed`. */
  from: treePathSchema.optional(),
  kind: changeKindSchema,
  content: fileContentSchema,
  /** Lines; null where there are none to count. */
  added: z.int().nullable(),
  removed: z.int().nullable(),
  /** Bytes; null where there is no such file. */
  oldSize: z.int().nullable(),
  newSize: z.int().nullable(),
  by: changedBySchema,
  /** Both sides in one word: it is another one as soon as the file is. To be handed back when something of it is taken back or committed. */
  version: z.string(),
})
export type ChangedFile = z.infer<typeof changedFileSchema>

/** Why something is not covered by snapshots. `special`: neither file nor link; `reserved`: git keeps its name for itself. */
export const uncoveredReasonSchema = z.enum(['ignored', 'outside', 'large', 'repository', 'special', 'reserved', 'unreadable'])
export const uncoveredSchema = z.object({ path: z.string(), reason: uncoveredReasonSchema })
export type Uncovered = z.infer<typeof uncoveredSchema>

export const changesSchema = z.object({
  conversationId: idSchema,
  against: z.string(),
  /** The folder that paths are in: the root of the repository, or the folder of the conversation where it is none. */
  folder: z.string(),
  isRepository: z.boolean(),
  /** When the state was taken that is compared with; null where there is none, which `note` explains. Before the first commit all files are new. */
  since: timeSchema.nullable(),
  /** In order of their paths; at most 5,000. */
  items: z.array(changedFileSchema),
  /** How many there are in all. */
  files: z.int().nonnegative(),
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  /** What this conversation's tools have changed, and snapshots do not cover. At most 200. */
  uncovered: z.array(uncoveredSchema),
  /** Why there is nothing to compare, or not all: to be shown as it stands. */
  note: z.string().nullable(),
})
export type Changes = z.infer<typeof changesSchema>

export const diffLineSchema = z.object({
  kind: z.enum([' ', '+', '-']),
  text: z.string(),
  /** The last line of its side, and no line end follows. */
  open: z.literal(true).optional(),
  /** It is longer than what is answered of a line; this is how it begins. */
  cut: z.literal(true).optional(),
})
/** Lines that belong together. Where a page of a long difference ends within one, the next page begins with the rest as one of its own. */
export const diffHunkSchema = z.object({
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  /** The line of code it stands in, as git finds it. */
  section: z.string(),
  lines: z.array(diffLineSchema),
})
export type DiffHunk = z.infer<typeof diffHunkSchema>
const pictureSchema = z.object({ mediaType: z.union([imageMediaTypeSchema, z.literal('image/svg+xml')]), data: z.base64() })

export const fileDiffSchema = z.object({
  ...changedFileSchema.shape,
  hunks: z.array(diffHunkSchema),
  /** `latin1`: not all of it is UTF-8; lines that are not stand as if each of their bytes were a character. */
  encoding: z.enum(['utf-8', 'latin1']),
  /** More lines than are answered at once; the rest by `fromLine`. */
  nextLine: z.int().nullable(),
  /** For pictures: both sides, each at most 5 MB. */
  oldPicture: pictureSchema.optional(),
  newPicture: pictureSchema.optional(),
  /** For links: where they lead. */
  oldTarget: z.string().optional(),
  newTarget: z.string().optional(),
})
export type FileDiff = z.infer<typeof fileDiffSchema>

const lineNumbersSchema = z.array(z.int().positive()).max(200_000).default([])
/**
 * Some of a file's difference: removed lines by their numbers on the old side, added ones by theirs on the new side, from 1. The same whatever
 * context and page they were seen with. All of the file when absent: also its mode, and that it was created, deleted or renamed.
 */
export const diffChoiceSchema = z.object({ removed: lineNumbersSchema, added: lineNumbersSchema }).optional()

/** One file of what is taken back or committed. */
export const chosenFileSchema = z.object({ path: treePathSchema, version: z.string(), lines: diffChoiceSchema })
export type ChosenFile = z.infer<typeof chosenFileSchema>

/** What a repository is in the middle of. */
export const gitOperationSchema = z.enum(['rebase', 'merge', 'cherry-pick', 'revert', 'bisect', 'am'])

/** The state of the repository of a folder. */
export const gitStateSchema = z.object({
  /** False: there is no `git`, or no repository; `note` says which. */
  available: z.boolean(),
  note: z.string().nullable(),
  root: z.string().nullable(),
  /** Null: detached, or nothing was ever committed and there is no name either. */
  branch: z.string().nullable(),
  /** The commit, or null where there is none yet. */
  head: z.string().nullable(),
  upstream: z.string().nullable(),
  /** Commits before and behind the upstream; null where there is none. */
  ahead: z.int().nullable(),
  behind: z.int().nullable(),
  operation: gitOperationSchema.nullable(),
  /** Files; each null where counting them took too long. */
  staged: z.int().nullable(),
  changed: z.int().nullable(),
  untracked: z.int().nullable(),
  conflicted: z.int().nullable(),
  /** The folder is a linked worktree of this repository. */
  worktreeOf: z.string().nullable(),
})
export type GitState = z.infer<typeof gitStateSchema>

/** How much a turn changed, by tools, commands and sub-agents. */
export const turnSumSchema = z.object({
  files: z.int().nonnegative(),
  /** Lines. */
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
})
export type TurnSum = z.infer<typeof turnSumSchema>
