import type { Block } from '../../../shared/domain/message.ts'

/** Tools that are over when they are over: nothing of them lives on in the process that called them. */
const clean = new Set([
  'Bash',
  'Edit',
  'Glob',
  'Grep',
  'LS',
  'MultiEdit',
  'NotebookEdit',
  'NotebookRead',
  'Read',
  'TodoWrite',
  'WebFetch',
  'WebSearch',
  'Write',
  // At the model's side.
  'web_fetch',
  'web_search',
])

/**
 * False for a tool call after which a process is not like a new one: commands in the background, sub-agents, schedules, plan mode,
 * worktrees, servers of the user's, and every tool that is not known here. What a command changes in the shell, its folder above
 * all, Claude Code resets with the session (seen in 2.1.329).
 */
export function leavesNothing(block: Block): boolean {
  if (block.type !== 'tool_use') return true
  return clean.has(block.name) && block.input['run_in_background'] !== true
}
