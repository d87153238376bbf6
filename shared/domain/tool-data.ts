import { z } from 'zod'

/**
 * What Claude Code says of a call's result as data, beside the text that Claude reads: the answers to its questions, the entry of a list,
 * the links that a search has found, structured content of an MCP server. Fields by Claude Code's own names; which there are depends on
 * the tool and on Claude Code's version. What the text says again is left out.
 */
export const toolDataSchema = z.record(z.string(), z.unknown())
export type ToolData = z.infer<typeof toolDataSchema>

/** Characters of one field as JSON; a longer one is left out. */
const longestField = 64_000
const longestPlan = 500_000

/** The fields that are kept, of every tool that says something which its call and its text do not. */
const kept: readonly string[] = [
  // AskUserQuestion
  'answers',
  'annotations',
  'response',
  // ExitPlanMode
  'plan',
  'planWasEdited',
  // TaskCreate, TaskGet, TaskList, TaskUpdate
  'task',
  'tasks',
  'taskId',
  'success',
  'updatedFields',
  'statusChange',
  // WebSearch, WebFetch
  'results',
  'searchCount',
  'code',
  'codeText',
  'bytes',
  'url',
  // NotebookEdit
  'old_source',
  'cell_id',
  'cell_type',
  'edit_mode',
  'language',
  // MCP tools and resources
  'structuredContent',
  'resourceLinks',
  'contents',
  // Agent, Workflow, Monitor
  'status',
  'agentId',
  'totalToolUseCount',
  'totalTokens',
  'totalDurationMs',
  'workflowName',
  'runId',
  'timeoutMs',
  'persistent',
]

/** What is kept of a result's data; null when nothing is. */
export function toolDataOf(result: unknown): ToolData | null {
  const fields = toolDataSchema.safeParse(result).data
  if (!fields) return null
  const entries = kept.flatMap((name) => (isKept(name, fields[name]) ? [[name, fields[name]] as const] : []))
  return entries.length === 0 ? null : Object.fromEntries(entries)
}

function isKept(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.length <= (name === 'plan' ? longestPlan : longestField)
  return typeof value !== 'object' || JSON.stringify(value).length <= longestField
}
