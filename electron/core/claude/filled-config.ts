import { AppError } from '../../../shared/app-error.ts'
import type { LaunchConfig } from './claude-process.ts'
import { quietMcpVersion } from './launch-options.ts'
import { isOlder } from './locate.ts'

/** What of a launch may hold references. */
type Referring = Pick<LaunchConfig, 'env' | 'mcpServers'>

/** Fills in references to the environment and to secrets, and takes their values out of texts again. */
export type References = {
  /** Throws SECRET_MISSING, BAD_REQUEST, UNAVAILABLE. */
  resolve: <T extends Referring>(config: T) => Promise<T>
  mask: (text: string) => string
}

/** Where nothing refers to anything. */
export const noReferences: References = { resolve: (config) => Promise.resolve(config), mask: (text) => text }

/**
 * A launch as its process gets it. Throws what `resolve` throws, BAD_REQUEST for a saved server that is gone, CLAUDE_TOO_OLD for a
 * Claude Code that would have servers, and with them their secrets, on its command line.
 */
export async function filledConfig<T extends Referring & { goneServers?: string[] }>(
  config: T,
  { resolve }: References,
  version: string,
): Promise<T> {
  const [gone] = config.goneServers ?? []
  if (gone !== undefined)
    throw new AppError(
      'SECRET_MISSING',
      `The saved MCP server “${gone}” is gone. Add it again under Servers & profiles, or remove it in the instance’s settings.`,
      {
        data: { missing: [`server:${gone}`] },
      },
    )
  const filled = await resolve(config)
  if (JSON.stringify(filled.mcpServers) !== JSON.stringify(config.mcpServers) && isOlder(version, quietMcpVersion))
    throw new AppError(
      'CLAUDE_TOO_OLD',
      `Claude Code ${version} would put the secrets of MCP servers on its command line, where other programs see them. Run “claude update” (${quietMcpVersion} or later is needed).`,
    )
  return filled
}
