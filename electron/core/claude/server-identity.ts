import { createHash } from 'node:crypto'
import type { McpServerStatus } from '@anthropic-ai/claude-agent-sdk'
import { looksLikeSecret } from '../../../shared/domain/likely-secret.ts'
import { settlesWithin } from './wait.ts'

type Servers = { mcpServerStatus: () => Promise<McpServerStatus[]> }

const askMs = 2_000

/**
 * What tells an MCP server of a process from another one of the same name: a hash of where it is set up and of what is started or called
 * there, its variables included. Null where Claude Code does not say.
 */
export async function serverIdentity(servers: Servers | null, name: string): Promise<string | null> {
  const asked = servers?.mcpServerStatus().catch(() => [])
  if (!asked || !(await settlesWithin(asked, askMs))) return null
  const server = (await asked).find((one) => one.name === name)
  return server?.config === undefined ? null : identityOf(server.config, server.source ?? server.scope ?? '')
}

/** Headers, and variables that hold keys, are left out: they are renewed, and say nothing of who answers. */
export function identityOf(config: object, source: string): string | null {
  const { headers: _headers, ...rest } = { headers: undefined, ...config }
  const entries = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => [name, name === 'env' ? withoutKeys(value) : value])
  const isKnown = entries.some(([name]) => name === 'command' || name === 'url')
  if (!isKnown) return null
  const text = JSON.stringify([source, entries.map(([name, value]): [string, unknown] => [name, ordered(value)]).toSorted(byName)])
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}

function withoutKeys(env: unknown): unknown {
  if (typeof env !== 'object' || env === null) return env
  return Object.fromEntries(
    Object.entries(env).map(([name, value]): [string, unknown] => [
      name,
      typeof value === 'string' && looksLikeSecret(name, value) ? '' : value,
    ]),
  )
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value).toSorted(byName)
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
