import type { CanUseTool, Options } from '@anthropic-ai/claude-agent-sdk'
import type { PermissionAnswer, PermissionQuestion } from './claude-event.ts'
import type { LaunchConfig } from './claude-process.ts'
import { isOlder, type LocatedClaude } from './locate.ts'

/** From this version on MCP servers, which hold secrets, can be given through the pipe instead of the command line. */
const quietMcpVersion = '2.1.261'

export type OptionSources = {
  config: LaunchConfig
  claude: LocatedClaude
  env: Record<string, string>
  onPermission: (question: PermissionQuestion) => Promise<PermissionAnswer>
  spawn: NonNullable<Options['spawnClaudeCodeProcess']>
}

/** What the SDK is asked for. The permission callback is always there: without one, a process that lost us would go on alone. */
export function sdkOptions({ config, claude, env, onPermission, spawn }: OptionSources): Options {
  const { cwd, model, permissionMode, allowedTools, disallowedTools, mcpServers, addDirs, resume, forkAt } = config
  return {
    cwd,
    env,
    permissionMode,
    allowedTools,
    disallowedTools,
    mcpServers,
    mcpServersDelivery: isOlder(claude.version, quietMcpVersion) ? 'argv' : 'initialize',
    additionalDirectories: addDirs,
    systemPrompt: systemPrompt(config),
    settingSources: ['user', 'project', 'local'],
    includePartialMessages: true,
    forwardSubagentText: true,
    pathToClaudeCodeExecutable: claude.path,
    spawnClaudeCodeProcess: spawn,
    canUseTool: permissionCallback(onPermission),
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === 'bypassPermissions' ? { allowDangerouslySkipPermissions: true } : {}),
    ...(resume === undefined ? {} : { resume }),
    ...(forkAt === undefined ? {} : { resumeSessionAt: forkAt, forkSession: true }),
  }
}

function systemPrompt({ systemPrompt: own, appendSystemPrompt: append }: LaunchConfig): NonNullable<Options['systemPrompt']> {
  if (own !== undefined) return append === undefined ? own : `${own}\n\n${append}`
  return { type: 'preset', preset: 'claude_code', ...(append === undefined ? {} : { append }) }
}

/** A throw or a wrong answer would be a denial without a word, so whatever fails says why it was denied. */
function permissionCallback(ask: OptionSources['onPermission']): CanUseTool {
  return async (tool, input, { signal, toolUseID, decisionReason }) => {
    try {
      return await ask({ tool, input, signal, toolUseId: toolUseID, reason: decisionReason ?? null, parentToolUseId: null })
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      return { behavior: 'deny', message: `Bullpen could not ask the user: ${why}` }
    }
  }
}
