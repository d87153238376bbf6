import path from 'node:path'
import { everyTool, type RuleDraft, type RuleProposal } from '../../../shared/domain/rule.ts'
import { commandTools, fileTools, isBroad, ruleSentence, siteTools } from '../../../shared/domain/rule-words.ts'
import { hostOf, mayBeRuled, type Call } from './covers.ts'
import { prefixOf } from './plain-command.ts'
import { ruleBodyOf } from './rule-body.ts'

/** The rules that would allow a call, the narrowest first; none where Claude Code wants a person for it, or does not say which call it is. */
export function proposalsFor(call: Call, { home, cwd }: { home: string | null; cwd: string | null }): RuleProposal[] {
  if (!mayBeRuled(call)) return []
  // What Claude Code protects is allowed by a rule that names it exactly, or not at all.
  const drafts = draftsFor(call, cwd).filter(({ match }) => match === 'exact' || call.facts.reasonType !== 'safetyCheck')
  return drafts.flatMap((rule) => {
    const words = wordsOf(rule, home)
    return words === null ? [] : [{ rule, words, broad: isBroad({ ...rule, match: rule.match ?? 'exact' }) }]
  })
}

function draftsFor(call: Call, cwd: string | null): RuleDraft[] {
  const { tool, input } = call
  if (tool === everyTool) return []
  if (commandTools.has(tool)) return commandDrafts(call)
  const file = fileTools[tool]
  if (file) return fileDrafts(tool, input[file.key], cwd)
  const server = call.facts.mcpServer?.identity
  if (tool.startsWith('mcp__') && server === undefined) return []
  const own = { tool, decision: 'allow' as const, ...(server === undefined ? {} : { serverIdentity: server }) }
  const host = siteTools.has(tool) ? hostOf(input['url']) : null
  const site: RuleDraft[] = host === null ? [] : [{ ...own, match: 'site', pattern: host }]
  return [{ ...own, match: 'exact', input }, ...site, { ...own, match: 'tool' }]
}

function commandDrafts({ tool, input, folder, facts }: Call): RuleDraft[] {
  const { command, description: _words, ...rest } = input
  // What its text does not tell, Claude Code proposes no rule for, and neither do we.
  if (typeof command !== 'string' || folder === undefined || facts.noSuggestions === true) return []
  const own = { tool, folder, decision: 'allow' as const }
  const exact: RuleDraft = { ...own, match: 'exact', pattern: command, ...(Object.keys(rest).length === 0 ? {} : { input: rest }) }
  const isPlain = Object.entries(rest).every(([name, value]) => name === 'timeout' || value === false)
  const staysHere = facts.blockedPath === undefined || facts.blockedPath.startsWith(`${folder}${path.sep}`)
  const prefix = tool === 'Bash' && isPlain && staysHere ? prefixOf(command) : null
  return [exact, ...(prefix === null ? [] : [{ ...own, match: 'prefix' as const, pattern: prefix }])]
}

function fileDrafts(tool: string, given: unknown, cwd: string | null): RuleDraft[] {
  if (typeof given !== 'string' || !path.isAbsolute(given)) return []
  const own = { tool, decision: 'allow' as const }
  const folder = path.dirname(given)
  const isInside = cwd !== null && cwd !== folder && folder.startsWith(`${cwd}${path.sep}`)
  const folders = path.dirname(folder) === folder ? [] : [folder, ...(isInside ? [cwd] : [])]
  return [{ ...own, match: 'file', pattern: given }, ...folders.map((one) => ({ ...own, match: 'folder' as const, folder: one }))]
}

/** Null for what is no rule, such as arguments that are too long for one. */
function wordsOf(rule: RuleDraft, home: string | null): string | null {
  try {
    return ruleSentence(ruleBodyOf(rule), home)
  } catch {
    return null
  }
}
