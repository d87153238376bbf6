import type { McpServerInfo } from '../../../shared/domain/claude-info.ts'
import type { ServerTool } from './new-rule.ts'

export type ServerChoice = ServerTool & { label: string }

const mostTools = 1_000
const longestLabel = 200

/** Every tool of MCP servers, under the name that Claude Code calls it by. */
export function serverTools(servers: readonly McpServerInfo[]): ServerChoice[] {
  return servers
    .flatMap(({ name, identity, tools }) =>
      tools.map((tool) => ({
        tool: `mcp__${asName(name)}__${asName(tool.name)}`,
        identity: identity ?? null,
        label: `${name} · ${tool.name}`.slice(0, longestLabel),
      })),
    )
    .slice(0, mostTools)
}

/** As Claude Code writes names: what is no letter, digit, underscore or hyphen is an underscore. */
function asName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
}
