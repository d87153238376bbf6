import { z } from 'zod'
import { timeSchema } from './common.ts'

export const backgroundKindSchema = z.enum(['command', 'agent', 'monitor', 'workflow', 'schedule', 'task'])
export type BackgroundKind = z.infer<typeof backgroundKindSchema>

/** How far something in the background is, as Claude Code told last. */
export const backgroundProgressSchema = z.object({
  /** What it does now, in a few words. */
  doing: z.string().optional(),
  /** The tool that it used last. */
  lastTool: z.string().optional(),
  tokens: z.int().optional(),
  toolUses: z.int().optional(),
})
export type BackgroundProgress = z.infer<typeof backgroundProgressSchema>

/** One step of a workflow: what a sub-agent of it does, in which phase. */
export const workflowStepSchema = z.object({
  label: z.string(),
  phase: z.string().optional(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  tokens: z.int().optional(),
})
export type WorkflowStep = z.infer<typeof workflowStepSchema>

/** When Claude goes on by itself at a time that it has set. */
export const backgroundScheduleSchema = z.object({
  /** In Claude Code's words, such as `Every minute`; a single time has none. */
  every: z.string().optional(),
  /** The next time, where it is known. */
  nextAt: timeSchema.optional(),
  /** What it then tells itself. */
  prompt: z.string(),
})
export type BackgroundSchedule = z.infer<typeof backgroundScheduleSchema>

/** Something that goes on beside the conversation: a command, a sub-agent, a monitor, a workflow, a time that Claude has set. */
export const backgroundTaskSchema = z.object({
  id: z.string(),
  kind: backgroundKindSchema,
  description: z.string(),
  since: timeSchema,
  /** The call that began it. */
  toolUseId: z.string().optional(),
  /** The command that runs. */
  command: z.string().optional(),
  /** Which sub-agent works. */
  agent: z.string().optional(),
  /** What it was asked. */
  prompt: z.string().optional(),
  progress: backgroundProgressSchema.optional(),
  /** The steps of a workflow, in order, at most 50. */
  steps: z.array(workflowStepSchema).optional(),
  schedule: backgroundScheduleSchema.optional(),
  /** What it has written so far can be read. */
  hasOutput: z.boolean().optional(),
})
export type BackgroundTask = z.infer<typeof backgroundTaskSchema>

/** The end of what a command or a monitor has written. */
export const backgroundOutputSchema = z.object({
  output: z.string(),
  /** Bytes that it has written in all. */
  totalBytes: z.int(),
  /** More was written than is here. */
  truncated: z.boolean(),
})
export type BackgroundOutput = z.infer<typeof backgroundOutputSchema>
