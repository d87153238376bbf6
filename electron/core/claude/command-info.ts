import type { SlashCommand } from '@anthropic-ai/claude-agent-sdk'
import type { CommandInfo, CommandSource } from '../../../shared/domain/claude-info.ts'

const longestText = 400
const mostAliases = 20

/** A slash command in our words. Claude Code says where it comes from at the end of its description alone: `Says hello (project)`. */
export function commandInfo({ name, description, argumentHint, aliases = [], builtin = false }: SlashCommand): CommandInfo {
  const [words, source] = sourceOf(name, description)
  return {
    name,
    description: clipped(words),
    argumentHint: clipped(argumentHint),
    aliases: aliases.slice(0, mostAliases),
    builtin,
    source: builtin ? 'builtin' : source,
  }
}

function sourceOf(name: string, description: string): [string, CommandSource] {
  if (/^mcp__|\(MCP\)$/.test(name)) return [description, 'mcp']
  const [, words = '', label = ''] = /^([\s\S]*?)\s*\(([^()]{1,60})\)$/.exec(description) ?? []
  if (label === 'user' || label === 'project') return [words, label]
  if (label === 'local') return [words, 'project']
  if (label === 'plugin') return [words, 'plugin']
  if (/^plugin[: ]/.test(label) || /^\([\w.-]{1,60}\) /.test(description)) return [description, 'plugin']
  return [description, 'other']
}

function clipped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}
