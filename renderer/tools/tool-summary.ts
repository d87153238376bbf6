import { shortPath } from '../words/figures.ts'
import { clipText } from '../words/clip-text.ts'
import { visibleText } from '../ui/visible-characters.ts'

export type ToolIcon =
  | 'terminal'
  | 'read'
  | 'edit'
  | 'write'
  | 'search'
  | 'files'
  | 'agent'
  | 'web'
  | 'list'
  | 'plan'
  | 'question'
  | 'plug'
  | 'skill'
  | 'tool'

/** What a tool call does, in words. `object` is what it does it to, if that can be said shortly. */
export type ToolSummary = {
  icon: ToolIcon
  /** `Edited`: it is over. */
  done: string
  /** `Editing`: it is at work. */
  doing: string
  /** `Edit`: what is asked for. */
  ask: string
  object: string | null
  /** `code`: shown as code. */
  objectStyle: 'code' | 'words'
}

/** Characters of what a call is about that stand on its line. */
const longestLine = 300

export type ToolInput = Readonly<Record<string, unknown>>
export type Places = { cwd?: string | null; home?: string | null }

type Verbs = readonly [ask: string, doing: string, done: string]
type Describe = (input: ToolInput, places: Places) => { object: string | null; words?: boolean }

const path: (key: string) => Describe = (key) => (input, places) => ({ object: pathOf(input, key, places) })
const words: (...keys: string[]) => Describe =
  (...keys) =>
  (input) => ({ object: firstText(input, keys), words: true })
const code: (...keys: string[]) => Describe =
  (...keys) =>
  (input) => ({ object: firstText(input, keys) })

const known: Record<string, readonly [ToolIcon, Verbs, Describe]> = {
  Bash: ['terminal', ['Run', 'Running', 'Ran'], code('command')],
  PowerShell: ['terminal', ['Run', 'Running', 'Ran'], code('command')],
  BashOutput: ['terminal', ['Look at', 'Looking at', 'Looked at'], () => ({ object: 'the output of a background command', words: true })],
  TaskOutput: ['terminal', ['Look at', 'Looking at', 'Looked at'], () => ({ object: 'the output of a background task', words: true })],
  KillShell: ['terminal', ['End', 'Ending', 'Ended'], () => ({ object: 'a background command', words: true })],
  TaskStop: ['terminal', ['End', 'Ending', 'Ended'], () => ({ object: 'a background task', words: true })],
  Read: ['read', ['Read', 'Reading', 'Read'], readObject],
  Edit: ['edit', ['Edit', 'Editing', 'Edited'], path('file_path')],
  MultiEdit: ['edit', ['Edit', 'Editing', 'Edited'], path('file_path')],
  NotebookEdit: ['edit', ['Edit', 'Editing', 'Edited'], path('notebook_path')],
  Write: ['write', ['Write', 'Writing', 'Wrote'], path('file_path')],
  Grep: ['search', ['Search for', 'Searching for', 'Searched for'], searchObject],
  Glob: ['files', ['Find', 'Finding', 'Found files'], searchObject],
  LS: ['files', ['List', 'Listing', 'Listed'], path('path')],
  Task: ['agent', ['Start sub-agent', 'Sub-agent', 'Sub-agent'], words('description', 'prompt')],
  Agent: ['agent', ['Start sub-agent', 'Sub-agent', 'Sub-agent'], words('description', 'prompt')],
  WebFetch: ['web', ['Fetch', 'Fetching', 'Fetched'], (input) => ({ object: withoutScheme(firstText(input, ['url'])) })],
  WebSearch: ['web', ['Search the web for', 'Searching the web for', 'Searched the web for'], words('query')],
  web_search: ['web', ['Search the web for', 'Searching the web for', 'Searched the web for'], words('query')],
  web_fetch: ['web', ['Fetch', 'Fetching', 'Fetched'], (input) => ({ object: withoutScheme(firstText(input, ['url'])) })],
  TodoWrite: ['list', ['Update', 'Updating', 'Updated'], todoObject],
  TaskCreate: ['list', ['Add to-do', 'Adding to-do', 'Added to-do'], words('subject', 'description')],
  TaskUpdate: ['list', ['Update', 'Updating', 'Updated'], taskObject],
  TaskList: ['list', ['Look at', 'Looking at', 'Looked at'], () => ({ object: 'to-dos', words: true })],
  TaskGet: ['list', ['Look at', 'Looking at', 'Looked at'], (input) => ({ object: taskName(input), words: true })],
  EnterPlanMode: ['plan', ['Make', 'Making', 'Made'], () => ({ object: 'a plan first', words: true })],
  ExitPlanMode: ['plan', ['Carry out', 'Proposing', 'Proposed'], () => ({ object: 'this plan', words: true })],
  AskUserQuestion: ['question', ['Answer', 'Asking', 'Asked'], () => ({ object: 'a question', words: true })],
  Skill: ['skill', ['Use', 'Using', 'Used'], words('skill', 'command')],
  SlashCommand: ['skill', ['Run', 'Running', 'Ran'], code('command')],
  ToolSearch: ['search', ['Look for', 'Looking for', 'Looked for'], () => ({ object: 'tools', words: true })],
  Workflow: ['tool', ['Run workflow', 'Running workflow', 'Started workflow'], words('title', 'name', 'description')],
  Monitor: ['terminal', ['Watch', 'Watching', 'Started watching'], words('description', 'command')],
  StructuredOutput: ['list', ['Give', 'Giving', 'Gave'], () => ({ object: 'its result', words: true })],
  CronCreate: ['tool', ['Schedule', 'Scheduling', 'Scheduled'], words('prompt', 'cron')],
  CronDelete: ['tool', ['Remove', 'Removing', 'Removed'], () => ({ object: 'a schedule', words: true })],
  CronList: ['tool', ['List', 'Listing', 'Listed'], () => ({ object: 'its schedules', words: true })],
  ScheduleWakeup: ['tool', ['Schedule', 'Scheduling', 'Scheduled'], words('reason', 'prompt')],
  EnterWorktree: ['files', ['Enter', 'Entering', 'Entered'], () => ({ object: 'a worktree', words: true })],
  ExitWorktree: ['files', ['Leave', 'Leaving', 'Left'], () => ({ object: 'the worktree', words: true })],
  ListMcpResourcesTool: ['plug', ['List', 'Listing', 'Listed'], (input) => ({ object: resourcesObject(input), words: true })],
  ReadMcpResourceTool: ['plug', ['Read', 'Reading', 'Read'], code('uri')],
  ListMcpResources: ['plug', ['List', 'Listing', 'Listed'], words('server')],
  ReadMcpResource: ['plug', ['Read', 'Reading', 'Read'], code('uri')],
}

/** Verb and object of a tool call, for Claude Code's own tools, MCP tools and any other. */
export function summarizeTool(name: string, input: ToolInput, places: Places = {}): ToolSummary {
  const entry = known[name]
  if (entry) {
    const [icon, [ask, doing, done], describe] = entry
    const { object, words: inWords } = describe(input, places)
    return { icon, ask, doing, done, object: object === null ? null : oneLine(object), objectStyle: inWords ? 'words' : 'code' }
  }
  const mcp = mcpName(name)
  const title = oneLine(mcp ? `${mcp.tool} (${mcp.server})` : name)
  return {
    icon: mcp ? 'plug' : 'tool',
    ask: `Use ${title}`,
    doing: `Using ${title}`,
    done: `Used ${title}`,
    object: firstShortValue(input),
    objectStyle: 'code',
  }
}

/** The server and the tool of an MCP tool's name, in words. */
export function mcpName(name: string): { server: string; tool: string } | null {
  const match = /^mcp__(.+?)__(.+)$/.exec(name)
  if (!match?.[1] || !match[2]) return null
  return { server: match[1].replaceAll('_', ' '), tool: match[2].replaceAll('_', ' ') }
}

export type Todo = { text: string; state: 'open' | 'doing' | 'done' }

/** The checklist of a TodoWrite call; null when its input is not one. */
export function todosOf(input: ToolInput): Todo[] | null {
  const { todos } = input
  if (!Array.isArray(todos)) return null
  return todos.flatMap((entry: unknown) => {
    if (!isRecord(entry) || typeof entry['content'] !== 'string') return []
    const status = entry['status']
    return [{ text: entry['content'], state: status === 'completed' ? 'done' : status === 'in_progress' ? 'doing' : 'open' } satisfies Todo]
  })
}

/** A text field of a tool's input, or null. */
export function textOf(input: ToolInput, key: string): string | null {
  const value = input[key]
  return typeof value === 'string' && value !== '' ? value : null
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function pathOf(input: ToolInput, key: string, places: Places): string | null {
  const value = textOf(input, key)
  return value === null ? null : shortPath(value, places)
}

function readObject(input: ToolInput, places: Places): { object: string | null } {
  const file = pathOf(input, 'file_path', places)
  const { offset, limit } = input
  if (file === null || typeof offset !== 'number') return { object: file }
  return { object: typeof limit === 'number' ? `${file}:${offset}–${offset + limit - 1}` : `${file}:${offset}` }
}

function searchObject(input: ToolInput, places: Places): { object: string | null } {
  const pattern = textOf(input, 'pattern')
  const where = pathOf(input, 'path', places) ?? textOf(input, 'glob')
  return { object: pattern === null ? null : where === null ? pattern : `${pattern} in ${where}` }
}

function todoObject(input: ToolInput): { object: string; words: boolean } {
  const todos = todosOf(input)
  if (!todos || todos.length === 0) return { object: 'to-dos', words: true }
  const done = todos.filter((todo) => todo.state === 'done').length
  return { object: `to-dos · ${done} of ${todos.length} done`, words: true }
}

const taskVerbs: Readonly<Record<string, string>> = { pending: 'open', in_progress: 'in progress', completed: 'done', deleted: 'deleted' }

function taskName(input: ToolInput): string {
  const id = textOf(input, 'taskId')
  return id === null ? 'a task' : `task #${id}`
}

function taskObject(input: ToolInput): { object: string; words: boolean } {
  const state = taskVerbs[textOf(input, 'status') ?? '']
  return { object: state === undefined ? taskName(input) : `${taskName(input)} · ${state}`, words: true }
}

function resourcesObject(input: ToolInput): string {
  const server = textOf(input, 'server')
  return server === null ? 'resources' : `resources of ${server}`
}

function firstText(input: ToolInput, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = textOf(input, key)
    if (value !== null) return value
  }
  return null
}

function firstShortValue(input: ToolInput): string | null {
  const value = Object.values(input).find((entry) => typeof entry === 'string' && entry.length > 0 && entry.length <= 120)
  return typeof value === 'string' ? oneLine(value) : null
}

function withoutScheme(url: string | null): string | null {
  return url === null ? null : url.replace(/^https?:\/\//, '')
}

/** Cut before anything else is done with it: these texts may be of any length. What cannot be seen is spelled out. */
function oneLine(text: string): string {
  const begin = text.trimStart()
  const { shown, rest } = clipText(begin, { lines: longestLine, characters: longestLine })
  const line = visibleText(shown.trimEnd().split('\n').map(trimmed).filter(isNotEmpty).join(' ⏎ '))
  return rest === null && line.length <= longestLine ? line : `${clipText(line, { lines: 1, characters: longestLine - 1 }).shown}…`
}

function trimmed(line: string): string {
  return line.trim()
}

function isNotEmpty(line: string): boolean {
  return line !== ''
}
