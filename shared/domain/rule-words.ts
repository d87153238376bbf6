import { everyTool, type RuleBody } from './rule.ts'

/** A piece of a sentence; `code`: to be shown exactly, as somebody wrote it. */
export type WordPart = { text: string; code?: true }

type Described = Pick<RuleBody, 'tool' | 'match' | 'pattern' | 'input' | 'folder'>

export const commandTools: ReadonlySet<string> = new Set(['Bash', 'PowerShell'])
/** What each file tool does, and the argument that says to which file. */
export const fileTools: Readonly<Record<string, { doing: string; key: string }>> = {
  Read: { doing: 'reading', key: 'file_path' },
  Edit: { doing: 'editing', key: 'file_path' },
  MultiEdit: { doing: 'editing', key: 'file_path' },
  Write: { doing: 'writing', key: 'file_path' },
  NotebookEdit: { doing: 'editing notebooks', key: 'notebook_path' },
}
export const siteTools: ReadonlySet<string> = new Set(['WebFetch', 'web_fetch'])

/** What a rule is about, in plain words: `running “npm test” in ~/code/api`. */
export function ruleParts(rule: Described, home: string | null): WordPart[] {
  const { tool, match, pattern = '', input = {}, folder } = rule
  const file = fileTools[tool]
  if (tool === everyTool) return [plain('every call of every tool')]
  if (commandTools.has(tool)) return commandParts(rule, home)
  if (match === 'site') return [plain('fetching pages of '), code(pattern)]
  if (file && match === 'file') return [plain(`${file.doing} `), code(short(pattern, home))]
  if (file && match === 'folder') return [plain(`${file.doing} files in `), code(short(folder ?? '', home))]
  const what = mcpParts(tool) ?? [plain('using '), code(tool)]
  if (match === 'tool') return [...what, plain(' with any arguments')]
  return [...what, plain(Object.keys(input).length === 0 ? ' without arguments' : ' with exactly these arguments')]
}

/** The same with what is decided: `Allows running “npm test” in ~/code/api`. */
export function ruleSentence(rule: Described & Pick<RuleBody, 'decision'>, home: string | null): string {
  return `${rule.decision === 'allow' ? 'Allows' : 'Denies'} ${partsText(ruleParts(rule, home))}`
}

/** Parts as one text, from its beginning; what somebody wrote stands in quotation marks. */
export function partsText(parts: readonly WordPart[]): string {
  return parts.map(({ text, code: isCode }) => (isCode ? `“${clipped(text)}”` : text)).join('')
}

/** What a rule does not reach although one might think so; null: nothing needs to be said. */
export function ruleLimits({ tool, match, decision }: Pick<RuleBody, 'tool' | 'match' | 'decision'>): string | null {
  if (decision === 'deny')
    return commandTools.has(tool) && match === 'prefix' ? 'Commands that do the same in other words aren’t denied.' : null
  if (tool === everyTool) return 'Still asks questions, plans and forms, and whatever Claude Code always asks about.'
  if (commandTools.has(tool) && match === 'prefix')
    return 'Single plain commands only. Still asks for ; && | $( ), redirections, line breaks, other folders, and runs in the background or outside the sandbox.'
  if (commandTools.has(tool) && match === 'tool') return 'Still asks for runs in the background or outside the sandbox.'
  if (commandTools.has(tool)) return 'Exactly this command. Still asks if it, or how it runs, differs.'
  return match === 'folder' ? 'Still asks for links that lead elsewhere and files Claude Code protects.' : null
}

type Reach = Pick<RuleBody, 'tool' | 'match' | 'decision'> & Partial<Pick<RuleBody, 'pattern' | 'folder'>>

/** Programs that run what they are given: commands that start with one can do anything. */
export const interpreters: ReadonlySet<string> = new Set(
  (
    'sh bash zsh fish dash ksh csh env eval exec source command builtin sudo su doas xargs time nohup nice timeout watch parallel ' +
    'node deno bun python python3 ruby perl php osascript pwsh powershell cmd npx bunx uvx pipx ssh'
  ).split(' '),
)

/** Whether a rule reaches far: a whole tool or more. */
export function isBroad(rule: Omit<Reach, 'decision'>): boolean {
  return rule.tool === everyTool || rule.match === 'tool' || startsAnything(rule) || isWholeDisk(rule)
}

/** Whether making it needs a second yes: it allows every call of every tool, or every command. */
export function allowsEverything(rule: Reach): boolean {
  const isEveryCommand = commandTools.has(rule.tool) && rule.match === 'tool'
  return rule.decision === 'allow' && (rule.tool === everyTool || isEveryCommand || startsAnything(rule))
}

/** How far a rule reaches, where that is far; null: its own words say it. */
export function reachWords(rule: Reach): string | null {
  const allows = rule.decision === 'allow'
  if (rule.tool === everyTool) return allows ? 'Broad: every tool, without asking.' : 'Broad: Claude can’t use any tool.'
  if (commandTools.has(rule.tool) && rule.match === 'tool')
    return allows ? 'Broad: every command, without asking.' : 'Broad: Claude can’t run any command.'
  if (allows && startsAnything(rule)) return 'Broad: such a program runs whatever it is given, so this allows almost any command.'
  if (isWholeDisk(rule)) return 'Broad: every file on this computer.'
  return rule.match === 'tool' ? 'Broad: any call of this tool, with any arguments.' : null
}

/** The words of a prefix that name nothing but programs that run anything, and how they do it. */
function startsAnything({ match, pattern }: Pick<Reach, 'match' | 'pattern'>): boolean {
  if (match !== 'prefix' || pattern === undefined) return false
  const words = pattern
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
  return words.every((word) => word.startsWith('-') || interpreters.has(word.split('/').at(-1) ?? ''))
}

function isWholeDisk({ match, folder }: Pick<Reach, 'match' | 'folder'>): boolean {
  return match === 'folder' && folder !== undefined && /^(?:[a-z]:)?[\\/]+$/i.test(folder)
}

function commandParts({ tool, match, pattern = '', input = {}, folder }: Described, home: string | null): WordPart[] {
  const where = folder === undefined ? [plain(' in any folder')] : [plain(' in '), code(short(folder, home))]
  const shell = tool === 'Bash' ? '' : ` with ${tool}`
  if (match === 'tool') return [plain(`running any command${shell}`)]
  if (match === 'prefix') return [plain(`running commands that start with `), code(pattern), plain(shell), ...where]
  return [plain('running '), code(pattern), plain(shell), ...where, ...flagParts(input)]
}

function flagParts(input: Record<string, unknown>): WordPart[] {
  const { run_in_background: background, dangerouslyDisableSandbox: outside, timeout, ...others } = input
  const known = [
    ...(background === true ? ['in the background'] : []),
    ...(outside === true ? ['outside the sandbox'] : []),
    ...(typeof timeout === 'number' ? [`with a timeout of ${timeout / 1_000} s`] : []),
  ]
  const odd = { ...others, ...(background === true ? {} : { background }), ...(outside === true ? {} : { outside }) }
  const isOdd = Object.values(odd).some((value) => value !== undefined) || (timeout !== undefined && typeof timeout !== 'number')
  return [...known, ...(isOdd ? ['with exactly its other arguments'] : [])].map((words) => plain(`, ${words}`))
}

function mcpParts(tool: string): WordPart[] | null {
  const [, server, name] = /^mcp__(.+?)__(.+)$/.exec(tool) ?? []
  return server === undefined || name === undefined ? null : [plain('using '), code(name), plain(' of '), code(server)]
}

/** A path with `~` for home. */
function short(path: string, home: string | null): string {
  if (home === null || home.length < 2) return path
  return path === home ? '~' : path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path
}

const longest = 300

function clipped(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function plain(text: string): WordPart {
  return { text }
}

function code(text: string): WordPart {
  return { text, code: true }
}
