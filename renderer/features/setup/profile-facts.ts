import type { ShownProfile } from '../../../shared/domain/profile.ts'
import { modelWords } from '../../words/composer-words.ts'
import { effortWords } from '../../words/live-words.ts'
import { permissionWords } from '../../words/permission-modes.ts'
import { plural, shortPath } from '../../words/figures.ts'

/** What a profile sets, in a line. */
export function profileFacts(profile: ShownProfile, home: string | null): string {
  const { cwd, model, effort, permissionMode, savedServers, mcpServers, env, allowedTools, disallowedTools, addDirs } = profile
  const servers = [...savedServers, ...Object.keys(mcpServers)]
  const tools = allowedTools.length + disallowedTools.length
  const facts = [
    cwd === undefined ? null : shortPath(cwd, { home }),
    model === undefined ? null : modelWords(model),
    effort === undefined ? null : `${effortWords(effort)} effort`,
    permissionMode === undefined ? null : permissionWords(permissionMode),
    profile.systemPrompt === undefined && profile.appendSystemPrompt === undefined ? null : 'instructions',
    servers.length === 0 ? null : `MCP: ${servers.slice(0, 5).join(', ')}${servers.length > 5 ? ` and ${servers.length - 5} more` : ''}`,
    tools === 0 ? null : plural(tools, 'tool rule'),
    addDirs.length === 0 ? null : plural(addDirs.length, 'additional folder'),
    Object.keys(env).length === 0 ? null : plural(Object.keys(env).length, 'variable'),
  ].filter((fact) => fact !== null)
  return facts.length === 0 ? 'Claude Code’s defaults' : facts.join(' · ')
}
