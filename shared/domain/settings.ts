import { z } from 'zod'

/** The name of an environment variable, or the beginning of names with a star behind it; a star alone means all. */
const passedNameSchema = z.string().regex(/^(?:[A-Za-z_][A-Za-z0-9_]{0,199}\*?|\*)$/)
/** An opener's id, or a command line with {file}, {line} and {folder} in it. */
const programSchema = z.string().trim().min(1).max(2_000).nullable()
const passEnvironmentSchema = z.array(passedNameSchema).max(200)

/** What the user sets once for the whole app. */
export const settingsSchema = z.object({
  /** The `claude` to run; null: search PATH and the usual places, then the one that comes with Bullpen. */
  claudePath: z.string().min(1).nullable().default(null),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Canned answers instead of Claude. Read at start. */
  demo: z.boolean().default(false),
  /** Seconds of silence in a running turn before it is called stalled. */
  stallSeconds: z.int().min(5).max(3600).default(30),
  /** The folder a new instance begins with. */
  defaultFolder: z.string().nullable().default(null),
  /** Where worktrees are made; null: beside their repository, in `<repository>.worktrees`. */
  worktreeFolder: z.string().nullable().default(null),
  /** Enter sends and Shift-Enter breaks the line; otherwise Ctrl/Cmd-Enter sends. */
  enterSends: z.boolean().default(true),
  /** Tells what waits or has ended while nobody looks at the window. */
  notifications: z.boolean().default(true),
  /** Conversations that met Claude's usage limit go on by themselves when it ends. */
  goOnAfterLimit: z.boolean().default(true),
  /** Environment variables of Bullpen's own that are passed to Claude besides those that always are. New processes get them. */
  passEnvironment: passEnvironmentSchema.default([]),
  /** Whether Prometheus may read `/metrics`. Null: yes in the web shell, no in the desktop shell. */
  prometheus: z.boolean().nullable().default(null),
  /** Where the desktop shell serves it, on this machine alone. */
  prometheusPort: z.int().min(1024).max(65_535).default(9464),
  /** Keeps the files of folders as they were before and after each turn, so that changes can be seen and taken back. */
  snapshots: z.boolean().default(true),
  /** Days that snapshots are kept. */
  snapshotDays: z.int().min(1).max(365).default(30),
  /** Megabytes that they may take in all; the oldest go first. */
  snapshotLimitMb: z.int().min(50).max(1_000_000).default(1024),
  /** What files are opened in; null: the first editor that is found. */
  editor: programSchema.default(null),
  /** What folders are opened in; null: the first terminal that is found. */
  terminal: programSchema.default(null),
})
export type Settings = z.infer<typeof settingsSchema>

export const settingsPatchSchema = z.object({
  claudePath: z.string().min(1).nullable().optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  demo: z.boolean().optional(),
  stallSeconds: z.int().min(5).max(3600).optional(),
  defaultFolder: z.string().nullable().optional(),
  worktreeFolder: z.string().nullable().optional(),
  enterSends: z.boolean().optional(),
  notifications: z.boolean().optional(),
  goOnAfterLimit: z.boolean().optional(),
  passEnvironment: passEnvironmentSchema.optional(),
  prometheus: z.boolean().nullable().optional(),
  prometheusPort: z.int().min(1024).max(65_535).optional(),
  snapshots: z.boolean().optional(),
  snapshotDays: z.int().min(1).max(365).optional(),
  snapshotLimitMb: z.int().min(50).max(1_000_000).optional(),
  editor: programSchema.optional(),
  terminal: programSchema.optional(),
})
export type SettingsPatch = z.infer<typeof settingsPatchSchema>
