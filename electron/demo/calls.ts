import { isAbsolute, join } from 'node:path'
import { questionsOf, planOf, todos, notebook } from './dialogs.ts'
import type { Situation } from './request.ts'
import type { PlanKind, Step } from './steps.ts'

export type ToolCall = { name: string; input: Record<string, unknown> }

/** The tool call of a step; null where it cannot be made now. */
export function callOf(step: Step, situation: Situation): ToolCall | null {
  const wanted = wantedCall(step, situation)
  if (wanted === null || situation.tools.size === 0) return null
  // Claude Code lists neither these nor those of MCP servers before they are looked for, and takes a call of them all the same.
  const isUnlisted = ['mcp', 'plan', 'todo', 'notebook', 'call'].includes(step.tool)
  return isUnlisted || situation.tools.has(wanted.name) ? wanted : null
}

function wantedCall(step: Step, { folder, results, tools, planFile }: Situation): ToolCall | null {
  const absolute = (path: string) => (isAbsolute(path) || folder === null ? path : join(folder, path))
  switch (step.tool) {
    case 'bash': {
      const background = step.inBackground ? { run_in_background: true } : {}
      return { name: 'Bash', input: { command: step.command, description: `Run ${step.command.slice(0, 60)}`, ...background } }
    }
    case 'read':
      return { name: 'Read', input: { file_path: absolute(step.path) } }
    case 'write':
      return { name: 'Write', input: { file_path: absolute(step.path), content: step.text } }
    case 'edit': {
      const line = firstLine(results.at(-1) ?? '')
      return line === null
        ? null
        : { name: 'Edit', input: { file_path: absolute(step.path), old_string: line, new_string: `${line} (edited)` } }
    }
    case 'question':
      return { name: 'AskUserQuestion', input: { questions: questionsOf(step.kind) } }
    case 'mcp':
      return { name: `mcp__${step.server}__${step.name}`, input: step.input }
    case 'plan':
      return planCall(step, planFile)
    case 'todo':
      return todoCall(step, results)
    case 'notebook':
      return notebookCall(step.part, absolute(step.path))
    case 'call':
      return { name: step.name, input: step.input }
    case 'agent': {
      const name = tools.has('Agent') ? 'Agent' : 'Task'
      return { name, input: { description: 'Look around', prompt: step.task, subagent_type: 'general-purpose' } }
    }
  }
}

/** Claude Code names the file of a plan in its own words to the model; the model writes it before it proposes the plan. */
function planCall({ part, kind }: { part: 'enter' | 'write' | 'exit'; kind: PlanKind }, planFile: string | null): ToolCall | null {
  if (part === 'enter') return { name: 'EnterPlanMode', input: {} }
  if (part === 'exit') return { name: 'ExitPlanMode', input: {} }
  return planFile === null ? null : { name: 'Write', input: { file_path: planFile, content: planOf(kind) } }
}

/** Claude Code gives the entries of its list their numbers, and says each with its answer. */
function todoCall({ part, place }: Extract<Step, { tool: 'todo' }>, results: readonly string[]): ToolCall {
  if (part === 'list') return { name: 'TaskList', input: {} }
  if (part === 'note') return { name: 'TaskCreate', input: todos[place] ?? { subject: 'Do it', description: 'Do it' } }
  const ids = results.flatMap((result) => /^Task #(\w+) created/.exec(result)?.[1] ?? [])
  const taskId = ids.at(place - todos.length) ?? String(place + 1)
  return { name: 'TaskUpdate', input: { taskId, status: part === 'begin' ? 'in_progress' : 'completed' } }
}

function notebookCall(part: 'write' | 'edit' | 'insert', path: string): ToolCall {
  if (part === 'write') return { name: 'Write', input: { file_path: path, content: `${JSON.stringify(notebook, null, 1)}\n` } }
  const change =
    part === 'edit'
      ? { cell_id: 'prices', new_source: 'prices = {"Yirgacheffe": 1290, "Huila": 1140, "Decaf": 990}\nsum(prices.values())' }
      : { cell_id: 'prices', new_source: 'The price of decaf is **9.90** now.', cell_type: 'markdown', edit_mode: 'insert' }
  return { name: 'NotebookEdit', input: { notebook_path: path, ...change } }
}

/** The first line with words of what Read answered, without its number. */
function firstLine(output: string): string | null {
  for (const line of output.split('\n')) {
    const [, text = ''] = /^\s*\d+(?:\t|→)(.*)$/.exec(line) ?? []
    if (text.trim() !== '') return text
  }
  return null
}
