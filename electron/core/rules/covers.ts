import { isDeepStrictEqual } from 'node:util'
import path from 'node:path'
import type { Approval } from '../../../shared/domain/approval.ts'
import { everyTool, type RuleBody } from '../../../shared/domain/rule.ts'
import { commandTools, fileTools, siteTools } from '../../../shared/domain/rule-words.ts'
import { startsWithWords } from './plain-command.ts'
import { isWithin, realPlace } from './real-path.ts'

/** A call of a tool, as far as rules look at it. */
export type Call = Pick<Approval, 'tool' | 'input' | 'folder' | 'instanceId' | 'facts'>

/**
 * Whether a rule covers a call: exactly what its words say, and nothing that is in doubt. Where Claude Code wants a person, no rule
 * allows. A rule that denies is not turned away by such doubts: it also covers the same call in the background or outside the sandbox.
 */
export async function covers(rule: RuleBody, call: Call): Promise<boolean> {
  if (rule.instanceId !== undefined && rule.instanceId !== call.instanceId) return false
  if (rule.tool !== everyTool && rule.tool !== call.tool) return false
  return rule.decision === 'deny' ? denies(rule, call) : mayAllow(rule, call) && (await allows(rule, call))
}

/** Whether Claude Code leaves it to us to allow a call without asking a person. */
export function mayBeRuled({ facts }: Pick<Call, 'facts'>): boolean {
  const { suppressAlwaysAllow, defaultToNo, matchedAskRule, reasonType, requiresUserInteraction } = facts
  const wantsPerson = defaultToNo || matchedAskRule !== undefined || reasonType === 'rule' || requiresUserInteraction === true
  return !suppressAlwaysAllow && !wantsPerson
}

function mayAllow(rule: RuleBody, call: Call): boolean {
  if (!mayBeRuled(call)) return false
  // What Claude Code protects, such as its own settings, is allowed by what names it exactly, or not at all.
  if (rule.match !== 'exact' && call.facts.reasonType === 'safetyCheck') return false
  if (rule.tool === everyTool || !isOfServer(call.tool)) return true
  // A server may be exchanged for another one of the same name.
  return rule.serverIdentity !== undefined && rule.serverIdentity === call.facts.mcpServer?.identity
}

function allows(rule: RuleBody, call: Call): boolean | Promise<boolean> {
  const { match, pattern } = rule
  if (rule.tool === everyTool) return match === 'tool'
  if (commandTools.has(call.tool)) return allowsCommand(rule, call)
  switch (match) {
    case 'exact':
      return isDeepStrictEqual(sorted(call.input), sorted(rule.input ?? {}))
    case 'file':
    case 'folder':
      return isAtPlace(rule, call)
    case 'site':
      return siteTools.has(call.tool) && hostOf(call.input['url']) === pattern
    case 'tool':
      return true
    case 'prefix':
      return false
  }
}

function allowsCommand({ match, pattern, input = {}, folder, tool }: RuleBody, call: Call): boolean | Promise<boolean> {
  const { command, description: _words, ...rest } = call.input
  if (typeof command !== 'string') return false
  if (folder !== undefined && folder !== call.folder) return false
  if (match === 'exact') return command === pattern && isDeepStrictEqual(sorted(rest), sorted(input))
  // How long it may take says nothing of what it does; anything else is another call.
  const { timeout: _time, ...flags } = rest
  if (Object.values(flags).some((value) => value !== false)) return false
  if (match === 'tool') return true
  return match === 'prefix' && tool === 'Bash' && startsWithWords(command, pattern ?? '') && staysInFolder(call)
}

/** Whether the path that Claude Code stops at, if any, is in the folder that the command runs in. */
async function staysInFolder({ folder, facts: { blockedPath } }: Call): Promise<boolean> {
  if (blockedPath === undefined) return true
  const [place, border] = await Promise.all([realPlace(blockedPath), folder === undefined ? null : realPlace(folder)])
  return place !== null && border !== null && isWithin(place, border)
}

async function isAtPlace({ match, pattern, folder }: RuleBody, call: Call): Promise<boolean> {
  const wanted = match === 'file' ? pattern : folder
  const given = call.input[fileTools[call.tool]?.key ?? '']
  if (wanted === undefined || typeof given !== 'string') return false
  const [place, border] = await Promise.all([realPlace(given), realPlace(wanted)])
  if (place === null || border === null) return false
  return match === 'file' ? place === border : isWithin(place, border)
}

function denies(rule: RuleBody, call: Call): boolean | Promise<boolean> {
  const { match, pattern = '', folder } = rule
  if (rule.tool === everyTool || match === 'tool') return true
  if (commandTools.has(call.tool)) {
    const command = call.input['command']
    if (typeof command !== 'string' || (folder !== undefined && folder !== call.folder)) return false
    return match === 'exact' ? command === pattern : match === 'prefix' && startsWithText(command, pattern)
  }
  if (match === 'file' || match === 'folder') return isNearPlace(rule, call)
  return allows(rule, call)
}

/** As it is written, whatever comes behind. */
function startsWithText(command: string, prefix: string): boolean {
  const words = prefix.trim().split(/\s+/)
  const given = command.trim().split(/\s+/)
  return words.every((word, place) => {
    const own = given[place] ?? ''
    return own === word || (place === words.length - 1 && own.startsWith(word) && /^[^\p{L}\p{N}_@%+:,./=-]/u.test(own.slice(word.length)))
  })
}

/** A path is refused both for where it is written to be and for where it really is. */
async function isNearPlace(rule: RuleBody, call: Call): Promise<boolean> {
  if (await isAtPlace(rule, call)) return true
  const wanted = rule.match === 'file' ? rule.pattern : rule.folder
  const given = call.input[fileTools[call.tool]?.key ?? '']
  if (wanted === undefined || typeof given !== 'string') return false
  const place = path.resolve(call.folder ?? '/', given)
  return rule.match === 'file' ? place === path.resolve(wanted) : isWithin(place, path.resolve(wanted))
}

function isOfServer(tool: string): boolean {
  return tool.startsWith('mcp__')
}

/** The host of a page's address; null for what is no plain address of the web. */
export function hostOf(url: unknown): string | null {
  if (typeof url !== 'string' || /[\\\s]/.test(url) || !URL.canParse(url)) return null
  const { protocol, hostname, port, username, password } = new URL(url)
  const isPlain = (protocol === 'https:' || protocol === 'http:') && port === '' && username === '' && password === ''
  return isPlain && hostname !== '' ? hostname : null
}

/** The same values in one order, however they were sent; an object stays one, so that it is never taken for a list of the same pairs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => [name, sorted(entry)])
  return { entries: entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) }
}
