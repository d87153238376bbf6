import type { Approval } from '../../../shared/domain/approval.ts'
import { isRecord } from '../../tools/tool-summary.ts'

export type Fact = readonly [name: string, value: string]

/** Why Claude Code asks, by the kind of its reason. */
const kinds: Readonly<Record<string, string>> = {
  rule: 'a rule in Claude Code’s settings',
  mode: 'the permission mode',
  workingDir: 'outside the working folders',
  safetyCheck: 'protected by Claude Code',
  subcommandResults: 'a part of the command needs approval',
}

/** Where an MCP server is set up. */
const sources: Readonly<Record<string, string>> = {
  dynamic: 'set up for this instance',
  project: 'from the project’s .mcp.json',
  local: 'from your settings for this project',
  user: 'from your settings',
  plugin: 'from a plugin',
  managed: 'from your organization',
  enterprise: 'from your organization',
  claudeai: 'from claude.ai',
  sdk: 'part of Bullpen',
}

/** What Claude Code says of a request, each with its name; what the input says already is left out. */
export function approvalFacts({ title, description, reason, facts, input }: Approval): Fact[] {
  const { reasonType, matchedAskRule, blockedPath, mcpServer, agentId, agent } = facts
  const said = (text: string | undefined) =>
    text !== undefined && text !== '' && !textsOf(input).some((one) => one !== input['description'] && one.endsWith(text))
  const kind = reasonType === undefined ? undefined : (kinds[reasonType] ?? (reasonType === 'other' ? undefined : reasonType))
  const rows: [string, string | undefined][] = [
    ['Request', title],
    ['Purpose', said(description) ? description : undefined],
    ['Reason', [reason, kind].filter(Boolean).join(' · ') || undefined],
    ['Ask rule', matchedAskRule],
    ['Path', said(blockedPath) ? blockedPath : undefined],
    ['MCP server', mcpServer && [mcpServer.name, sources[mcpServer.source ?? ''] ?? mcpServer.source].filter(Boolean).join(' · ')],
    ['Sub-agent', [agent?.description, agent?.type].filter(Boolean).join(' · ') || agentId],
  ]
  return rows.flatMap(([name, value]): Fact[] => (value === undefined || value === '' ? [] : [[name, value]]))
}

/** The texts of an input, as far as a glance needs them. */
function textsOf(input: Record<string, unknown>): string[] {
  return Object.values(input).flatMap((value) => (typeof value === 'string' && value.length < 5_000 ? [value] : isRecord(value) ? [] : []))
}
