import path from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { everyTool, type RuleBody, type RuleDraft, type RuleMatch } from '../../../shared/domain/rule.ts'
import { allowsEverything, commandTools, fileTools, ruleSentence, siteTools } from '../../../shared/domain/rule-words.ts'
import { hostOf } from './covers.ts'
import { isPrefix } from './plain-command.ts'

/** Characters of the exact arguments of a rule, as JSON. */
const longestInput = 100_000
/** A person answers these, always. */
const personalTools: ReadonlySet<string> = new Set(['AskUserQuestion', 'ExitPlanMode'])

/** The rule that is asked for, complete and consistent. Throws BAD_REQUEST that names the field. */
export function ruleBodyOf(draft: RuleDraft): RuleBody {
  const body = withMatch(draft)
  if (draft.match === undefined && commandTools.has(body.tool) && body.pattern?.endsWith(':*') === true)
    throw refused(
      'pattern',
      `To allow whatever starts with these words, send “match”: “prefix” and the words alone, such as “${body.pattern.slice(0, -2)}”.`,
    )
  if (personalTools.has(body.tool)) throw refused('tool', 'Claude’s questions and plans are always asked. A rule cannot answer them.')
  if (JSON.stringify(body.input ?? null).length > longestInput)
    throw refused('input', 'These arguments are too long for a rule. Allow the call once instead.')
  checkKind(body)
  checkFolder(body)
  if (body.decision === 'allow' && body.tool.startsWith('mcp__') && body.serverIdentity === undefined)
    throw refused(
      'serverIdentity',
      'Say which MCP server this is for: an approval of the tool has it as facts.mcpServer.identity. Without it another server of that name could be meant.',
    )
  return withPlainPaths(body)
}

/** Throws BAD_REQUEST for a rule that allows everything and was not confirmed. */
export function checkConfirmed(body: RuleBody, confirmed: boolean): void {
  if (confirmed || !allowsEverything(body)) return
  throw refused('confirm', `${ruleSentence(body, null)}. Claude would not ask about them again. To create it anyway, send confirm: true.`)
}

function withMatch({ match, ...rest }: RuleDraft): RuleBody {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const { tool, decision } = rest
  return { ...given, tool, decision, match: match ?? matchOf(rest) }
}

/** What the other fields tell. */
function matchOf({ tool, pattern, input, folder }: Omit<RuleDraft, 'match'>): RuleMatch {
  if (pattern !== undefined && siteTools.has(tool)) return 'site'
  if (pattern !== undefined && fileTools[tool]) return 'file'
  if (pattern !== undefined || input !== undefined) return 'exact'
  return folder !== undefined && fileTools[tool] ? 'folder' : 'tool'
}

function checkKind(body: RuleBody): void {
  const { tool, match, pattern } = body
  const isCommand = commandTools.has(tool)
  const fits: Record<RuleMatch, boolean> = {
    exact: tool !== everyTool,
    prefix: tool === 'Bash',
    file: fileTools[tool] !== undefined,
    folder: fileTools[tool] !== undefined,
    site: siteTools.has(tool),
    tool: true,
  }
  if (!fits[match]) throw refused('match', `A rule for ${tool} cannot match by “${match}”. Leave it out to have it chosen.`)
  const needsPattern = match === 'prefix' || match === 'file' || match === 'site' || (match === 'exact' && isCommand)
  if (needsPattern && pattern === undefined) throw refused('pattern', `Say ${patternWords(match)}.`)
  if (!needsPattern && pattern !== undefined)
    throw refused('pattern', `“pattern” means nothing in a rule that matches by “${match}”. Leave it out.`)
  if (body.input !== undefined && match !== 'exact')
    throw refused('input', 'Arguments belong to a rule that matches by “exact” alone. Leave them out.')
  if (match === 'prefix' && !isPrefix(pattern ?? ''))
    throw refused(
      'pattern',
      'The first words of a command are plain words, such as “npm test”: no ; && | $( ) quotes, redirections or assignments.',
    )
  if (match === 'file' && !isAbsolute(pattern)) throw refused('pattern', 'Give the absolute path of the file, without “..”.')
  if (match === 'site' && hostOf(`https://${pattern ?? ''}/`) !== pattern)
    throw refused('pattern', 'Give a host alone, such as “docs.python.org”.')
}

function checkFolder({ tool, match, folder }: RuleBody): void {
  const takesFolder = match === 'folder' || (commandTools.has(tool) && match !== 'tool')
  if (match === 'folder' && folder === undefined) throw refused('folder', 'Enter a folder.')
  if (folder === undefined) return
  if (!takesFolder) throw refused('folder', 'A folder goes with a command or with a file tool. Leave it out.')
  if (!isAbsolute(folder)) throw refused('folder', 'Give the absolute path of the folder, without “..”.')
}

/** Paths as Claude Code writes them: a slash at the end of a folder would have it match no call. */
function withPlainPaths({ pattern, folder, ...body }: RuleBody): RuleBody {
  const text = body.match === 'file' && pattern !== undefined ? plainPath(pattern) : pattern
  return { ...body, ...(text === undefined ? {} : { pattern: text }), ...(folder === undefined ? {} : { folder: plainPath(folder) }) }
}

function plainPath(given: string): string {
  const normal = path.normalize(given)
  return normal === path.parse(normal).root ? normal : normal.replace(/[\\/]+$/, '')
}

function isAbsolute(given: string | undefined): boolean {
  return given !== undefined && path.isAbsolute(given) && !given.split(/[\\/]/).includes('..')
}

function patternWords(match: RuleMatch): string {
  if (match === 'file') return 'which file'
  return match === 'site' ? 'which host' : match === 'prefix' ? 'what the command starts with' : 'which command'
}

function refused(field: string, message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field } })
}
