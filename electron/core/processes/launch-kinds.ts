import { basename } from 'node:path'
import type { LaunchConfig, ParkedConfig } from '../claude/claude-process.ts'

/**
 * What a parked process has to be started with to serve this launch later; null when none can: MCP servers of the instance's own
 * are started along with the process and may look at the folder they find themselves in.
 */
export function parkedConfigOf(config: LaunchConfig): ParkedConfig | null {
  if (Object.keys(config.mcpServers).length > 0 || config.goneServers !== undefined) return null
  const { systemPrompt, appendSystemPrompt, allowedTools, disallowedTools, env, permissionMode, secrets } = config
  return {
    // An addition to Claude Code's own prompt can be given later, an addition to another one cannot.
    ...(systemPrompt === undefined ? {} : { systemPrompt, ...(appendSystemPrompt === undefined ? {} : { appendSystemPrompt }) }),
    allowedTools,
    disallowedTools,
    env,
    ...(secrets === undefined ? {} : { secrets }),
    mayBypass: permissionMode === 'bypassPermissions',
  }
}

/** Two parked processes of the same key can serve each other's launches. */
export function parkedKey(config: ParkedConfig): string {
  return JSON.stringify(Object.entries(config).toSorted(([a], [b]) => a.localeCompare(b)))
}

/** What a process was started with, for the user to read; the folder left out. Values of variables are nobody's business here. */
export function summaryOf(config: Partial<LaunchConfig>): string {
  const {
    model,
    permissionMode,
    systemPrompt,
    appendSystemPrompt,
    mcpServers = {},
    addDirs = [],
    allowedTools = [],
    disallowedTools = [],
  } = config
  const parts = [
    model ?? null,
    permissionMode === undefined || permissionMode === 'default' ? null : permissionMode,
    systemPrompt === undefined && appendSystemPrompt === undefined ? null : 'custom system prompt',
    counted(Object.keys(mcpServers).length, 'MCP server'),
    addDirs.length === 0 ? null : `also ${addDirs.map((folder) => basename(folder)).join(', ')}`,
    counted(allowedTools.length + disallowedTools.length, 'tool rule'),
    counted(Object.keys(config.env ?? {}).length, 'variable'),
  ].filter((part) => part !== null)
  return parts.length === 0 ? 'Claude Code defaults' : parts.join(', ')
}

function counted(count: number, noun: string): string | null {
  return count === 0 ? null : `${count} ${noun}${count === 1 ? '' : 's'}`
}
