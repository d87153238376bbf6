import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'

/** What a configuration is started with beyond itself: the servers that it names, and a mark of the secrets that it refers to. */
export type Expand = (config: InstanceConfig) => Pick<LaunchConfig, 'mcpServers' | 'secrets' | 'goneServers'>

const asItIs: Expand = ({ mcpServers }) => ({ mcpServers })

/**
 * What a process for this instance and conversation is started with. `from`: undefined goes on at the end of the
 * conversation's session, or where it was rewound to or forked off; null begins a new session, else it goes on after that entry.
 */
export function launchConfigOf(
  config: InstanceConfig,
  conversation: Conversation | null,
  from?: string | null,
  expand: Expand = asItIs,
): LaunchConfig {
  const { model, systemPrompt, appendSystemPrompt, permissionMode, allowedTools, disallowedTools, addDirs, env } = config
  const forkAt = from === undefined ? standsAt(conversation) : from
  const sessionId = forkAt === null ? null : (conversation?.sessionId ?? null)
  const mode = conversation?.permissionMode ?? permissionMode
  const chosen = conversation?.model ?? model
  const { effort = config.effort, fastMode } = conversation ?? {}
  return {
    // Claude Code finds a session only from the folder it was begun in.
    cwd: (sessionId === null ? null : conversation?.cwd) ?? config.cwd,
    ...(chosen ? { model: chosen } : {}),
    ...(systemPrompt ? { systemPrompt } : {}),
    ...(appendSystemPrompt ? { appendSystemPrompt } : {}),
    ...(mode === undefined ? {} : { permissionMode: mode }),
    ...(effort === undefined ? {} : { effort }),
    ...(fastMode === undefined ? {} : { fastMode }),
    allowedTools,
    disallowedTools,
    ...expand(config),
    addDirs,
    env,
    ...(sessionId === null ? {} : { resume: sessionId, fallbackCwd: config.cwd }),
    ...(sessionId !== null && typeof forkAt === 'string' ? { forkAt } : {}),
  }
}

function standsAt(conversation: Conversation | null): string | null | undefined {
  return conversation?.rewoundTo === undefined ? conversation?.forkAt : conversation.rewoundTo
}
