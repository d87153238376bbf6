import { everyTool, type RuleBody, type RuleDraft } from '../../../shared/domain/rule.ts'
import { commandTools } from '../../../shared/domain/rule-words.ts'

export type RuleKind = 'command' | 'prefix' | 'commands' | 'file' | 'folder' | 'site' | 'mcp' | 'tool' | 'everything'

/** What a rule can be about, the narrow ones first. */
export const ruleKinds: readonly { value: RuleKind; label: string }[] = [
  { value: 'command', label: 'One exact command' },
  { value: 'prefix', label: 'Commands that start with…' },
  { value: 'commands', label: 'Any command' },
  { value: 'file', label: 'One file' },
  { value: 'folder', label: 'Files in a folder' },
  { value: 'site', label: 'Web pages of one site' },
  { value: 'mcp', label: 'A tool of an MCP server' },
  { value: 'tool', label: 'Another tool' },
  { value: 'everything', label: 'Every tool' },
]

/** What is done to files, by the tool that does it. */
export const fileDoings = [
  { value: 'Read', label: 'Read' },
  { value: 'Edit', label: 'Edit' },
  { value: 'Write', label: 'Write' },
  { value: 'NotebookEdit', label: 'Edit notebooks' },
] as const

/** A tool of an MCP server; `identity`: what tells the server from another one of its name, where Claude Code says it. */
export type ServerTool = { tool: string; identity: string | null }

/** A rule while it is filled in: what is not asked for by its kind is kept and left out. */
export type NewRule = {
  decision: 'allow' | 'deny'
  kind: RuleKind
  shell: 'Bash' | 'PowerShell'
  command: string
  /** Where a command runs; empty: anywhere. */
  runsIn: string
  doing: (typeof fileDoings)[number]['value']
  file: string
  folder: string
  host: string
  server: ServerTool | null
  tool: string
  /** As JSON; empty with `anyArguments`. */
  input: string
  anyArguments: boolean
  instanceId: string
  note: string
}

export const emptyRule: NewRule = {
  decision: 'allow',
  kind: 'command',
  shell: 'Bash',
  command: '',
  runsIn: '',
  doing: 'Edit',
  file: '',
  folder: '',
  host: '',
  server: null,
  tool: '',
  input: '',
  anyArguments: true,
  instanceId: '',
  note: '',
}

/** A field of the form; `null`: what is wrong is about the whole. */
export type RuleField = 'command' | 'runsIn' | 'file' | 'folder' | 'host' | 'server' | 'tool' | 'input' | 'instanceId' | 'note' | null
export type RuleProblem = { field: RuleField; message: string }

type Said = Pick<RuleBody, 'tool' | 'match' | 'pattern' | 'input' | 'folder' | 'decision'>

/** The rule that is asked for; `home`: what `~` stands for. What the core checks is left to it. */
export function draftOf(form: NewRule, home: string | null): { draft: RuleDraft } | { problem: RuleProblem } {
  const input = inputOf(form)
  if (input === null) return { problem: { field: 'input', message: 'Enter the arguments as a JSON object, such as {"id": 3}.' } }
  const { decision, kind, server, instanceId, note } = form
  if (kind === 'mcp' && server === null) return { problem: { field: 'server', message: 'Choose a tool.' } }
  if (kind === 'tool' && form.tool.trim() === '') return { problem: { field: 'tool', message: 'Enter the name of the tool.' } }
  if (kind === 'tool' && input !== undefined && commandTools.has(form.tool.trim()))
    return { problem: { field: 'tool', message: 'Choose “One exact command” above to name a command.' } }
  // Whichever server answers to the name is denied.
  const identity = kind === 'mcp' && decision === 'allow' ? (server?.identity ?? undefined) : undefined
  const own = { decision, ...(instanceId === '' ? {} : { instanceId }), ...(note.trim() === '' ? {} : { note }) }
  return { draft: { ...own, ...bodyOf(form, home, input), ...(identity === undefined ? {} : { serverIdentity: identity }) } }
}

/** The same as far as it goes, for its words: what is still missing is an ellipsis. */
export function saidOf(form: NewRule, home: string | null): Said {
  const missing = '…'
  const input = inputOf(form)
  const filled = {
    ...form,
    command: form.command.trim() || missing,
    file: form.file.trim() || missing,
    folder: form.folder.trim() || missing,
    host: form.host.trim() || missing,
    server: form.server ?? { tool: missing, identity: null },
    tool: form.tool.trim() || missing,
  }
  return { decision: form.decision, ...bodyOf(filled, home, input === null ? { [missing]: missing } : input) }
}

/** Where a failure of the core's is shown. */
export function fieldOf(kind: RuleKind, field: string | null): RuleField {
  const patterns: Partial<Record<RuleKind, RuleField>> = { command: 'command', prefix: 'command', file: 'file', site: 'host', tool: 'tool' }
  switch (field) {
    case 'pattern':
      return patterns[kind] ?? null
    case 'folder':
      return kind === 'folder' ? 'folder' : kind === 'command' || kind === 'prefix' ? 'runsIn' : null
    case 'tool':
    case 'serverIdentity':
      return kind === 'mcp' ? 'server' : kind === 'tool' ? 'tool' : null
    case 'input':
      return takesInput(kind) ? 'input' : null
    case 'instanceId':
    case 'note':
      return field
    default:
      return null
  }
}

function bodyOf(form: NewRule, home: string | null, input: Record<string, unknown> | undefined): Omit<Said, 'decision'> {
  const { kind, shell, doing } = form
  const given = (name: 'pattern' | 'folder', value: string) => (value.trim() === '' ? {} : { [name]: value.trim() })
  const runsIn = given('folder', atHome(form.runsIn, home))
  const argued = input === undefined ? { match: 'tool' as const } : { match: 'exact' as const, input }
  switch (kind) {
    case 'command':
      return { tool: shell, match: 'exact', ...given('pattern', form.command), ...runsIn }
    case 'prefix':
      return { tool: 'Bash', match: 'prefix', ...given('pattern', form.command), ...runsIn }
    case 'commands':
      return { tool: shell, match: 'tool' }
    case 'file':
      return { tool: doing, match: 'file', ...given('pattern', atHome(form.file, home)) }
    case 'folder':
      return { tool: doing, match: 'folder', ...given('folder', atHome(form.folder, home)) }
    case 'site':
      return { tool: 'WebFetch', match: 'site', ...given('pattern', hostIn(form.host)) }
    case 'mcp':
      return { tool: form.server?.tool ?? '', ...argued }
    case 'tool':
      return { tool: form.tool.trim(), ...argued }
    case 'everything':
      return { tool: everyTool, match: 'tool' }
  }
}

/** Undefined: any arguments; null: they are no JSON object. */
function inputOf({ kind, anyArguments, input }: NewRule): Record<string, unknown> | undefined | null {
  if (!takesInput(kind) || anyArguments) return undefined
  try {
    const parsed: unknown = JSON.parse(input)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null
  } catch {
    return null
  }
}

function takesInput(kind: RuleKind): boolean {
  return kind === 'mcp' || kind === 'tool'
}

function atHome(path: string, home: string | null): string {
  const given = path.trim()
  return home !== null && (given === '~' || given.startsWith('~/') || given.startsWith('~\\')) ? `${home}${given.slice(1)}` : given
}

/** Of a whole address its host. */
function hostIn(given: string): string {
  const host = given.trim().toLowerCase()
  return /^https?:\/\//.test(host) && URL.canParse(host) ? new URL(host).host : host
}
