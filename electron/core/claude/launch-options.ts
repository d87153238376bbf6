import type { ClaimOptions, Options } from '@anthropic-ai/claude-agent-sdk'
import { CallFolders } from './call-folders.ts'
import { callHook } from './call-hook.ts'
import type { ClaudeListener, PermissionAnswer, PermissionQuestion } from './claude-event.ts'
import { dialogCallback, supportedDialogKinds } from './dialog-callback.ts'
import type { LaunchConfig, ParkedConfig } from './claude-process.ts'
import { isOlder, type LocatedClaude } from './locate.ts'
import { elicitationCallback, permissionCallback } from './permission-callbacks.ts'

/** From this version on MCP servers, which hold secrets, can be given through the pipe instead of the command line. */
export const quietMcpVersion = '2.1.261'

export type OptionSources<Config = LaunchConfig> = {
  config: Config
  claude: LocatedClaude
  env: Record<string, string>
  onPermission: (question: PermissionQuestion) => Promise<PermissionAnswer>
  denies?: ClaudeListener['denies']
  /** What tells an MCP server from another one of its name; null where that is not known. */
  identify?: ((server: string) => Promise<string | null>) | undefined
  spawn: NonNullable<Options['spawnClaudeCodeProcess']>
}

/** What the SDK is asked for. The permission callback is always there: without one, a process that lost us would go on alone. */
export function sdkOptions(sources: OptionSources): Options {
  const { config, claude } = sources
  const { cwd, model, permissionMode, mcpServers, addDirs, resume, forkAt, resumeAt } = config
  return {
    ...commonOptions(sources),
    cwd,
    ...(permissionMode === undefined ? {} : { permissionMode }),
    mcpServers,
    mcpServersDelivery: isOlder(claude.version, quietMcpVersion) ? 'argv' : 'initialize',
    additionalDirectories: addDirs,
    systemPrompt: systemPrompt(config),
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === 'bypassPermissions' ? { allowDangerouslySkipPermissions: true } : {}),
    ...(resume === undefined ? {} : { resume }),
    ...(resumeAt === undefined ? {} : { resumeSessionAt: resumeAt }),
    ...(forkAt === undefined ? {} : { resumeSessionAt: forkAt, forkSession: true }),
    ...(config.aside ? asideOptions : {}),
    ...(config.own?.schema === undefined ? {} : { outputFormat: { type: 'json_schema' as const, schema: config.own.schema } }),
  }
}

/** Measured with Claude Code 2.1.329: our own callbacks and hooks run all the same, and the model is sent what it was sent before. */
const asideOptions = {
  forkSession: true,
  persistSession: false,
  strictMcpConfig: true,
  settings: { disableAllHooks: true },
} satisfies Options

/** The same for a process that is parked: what `claimOptions` gives later is left out. */
export function parkedOptions(sources: OptionSources<ParkedConfig>): Options {
  const { config } = sources
  return {
    ...commonOptions(sources),
    systemPrompt: systemPrompt(config),
    ...(config.mayBypass ? { allowDangerouslySkipPermissions: true } : {}),
  }
}

/** What a parked process is told when it is claimed. */
export function claimOptions({ cwd, model, permissionMode, addDirs, systemPrompt: own, appendSystemPrompt }: LaunchConfig): ClaimOptions {
  return {
    cwd,
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(addDirs.length === 0 ? {} : { additionalDirectories: addDirs }),
    ...(model === undefined ? {} : { model }),
    // Behind a system prompt of the user's own it is part of that one already.
    ...(appendSystemPrompt === undefined || own !== undefined ? {} : { appendSystemPrompt }),
  }
}

function commonOptions({
  config,
  claude,
  env,
  onPermission,
  denies,
  identify,
  spawn,
}: OptionSources<ParkedConfig | LaunchConfig>): Options {
  const { allowedTools, disallowedTools } = config
  const folders = new CallFolders()
  return {
    env,
    allowedTools,
    disallowedTools,
    settingSources: ['user', 'project', 'local'],
    includePartialMessages: true,
    forwardSubagentText: true,
    includeHookEvents: true,
    // Each task can be stopped by itself, so the end of a turn ends none of them.
    perTaskStopAffordance: true,
    pathToClaudeCodeExecutable: claude.path,
    spawnClaudeCodeProcess: spawn,
    canUseTool: permissionCallback(onPermission, folders, identify),
    hooks: { PreToolUse: [{ hooks: [callHook({ folders, denies, ask: onPermission })] }] },
    onElicitation: elicitationCallback(onPermission),
    onUserDialog: dialogCallback(onPermission),
    supportedDialogKinds,
  }
}

type Prompts = Pick<LaunchConfig, 'systemPrompt' | 'appendSystemPrompt'>

function systemPrompt({ systemPrompt: own, appendSystemPrompt: append }: Prompts): NonNullable<Options['systemPrompt']> {
  if (own !== undefined) return append === undefined ? own : `${own}\n\n${append}`
  return { type: 'preset', preset: 'claude_code', ...(append === undefined ? {} : { append }) }
}
