import { basename } from 'node:path'

const verbs: Record<string, string> = {
  Bash: 'Running',
  Read: 'Reading',
  Edit: 'Editing',
  MultiEdit: 'Editing',
  Write: 'Writing',
  NotebookEdit: 'Editing',
  Grep: 'Searching for',
  Glob: 'Looking for',
  WebFetch: 'Fetching',
  WebSearch: 'Searching the web for',
  Task: 'Delegating',
  Agent: 'Delegating',
  TodoWrite: 'Planning',
}

const longest = 80

/** What a tool call does, in a few words for the sidebar: `Running npm test`. */
export function activityOf(tool: string, input: Record<string, unknown>): string {
  const verb = verbs[tool] ?? `Using ${tool}`
  const object = objectOf(input)
  const words = object === '' ? verb : `${verb} ${object}`
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words
}

function objectOf(input: Record<string, unknown>): string {
  const path = input['file_path'] ?? input['notebook_path']
  if (typeof path === 'string') return basename(path)
  for (const key of ['description', 'command', 'pattern', 'url', 'query']) {
    const value = input[key]
    if (typeof value === 'string' && value !== '') return value.replace(/\s+/g, ' ')
  }
  return ''
}
