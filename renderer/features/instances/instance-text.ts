import { mcpServerSchema, type InstanceConfig } from '../../../shared/domain/instance.ts'

/** What was written, or a sentence about what is wrong with it. */
export type Read<T> = { value: T } | { problem: string }

/** One NAME=value a line, as a shell's environment is written; `export` before it, blank lines and lines that begin with # are fine. */
export function readEnv(text: string): Read<Record<string, string>> {
  const env: Record<string, string> = {}
  for (const raw of text.split('\n')) {
    const line = raw.trim().replace(/^export\s+/, '')
    if (line === '' || line.startsWith('#')) continue
    const at = line.indexOf('=')
    const name = line.slice(0, Math.max(at, 0)).trim()
    if (at < 1) return { problem: `“${line}” has no =. Write NAME=value.` }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { problem: `“${name}” isn’t a valid name. Use letters, digits and underscores.` }
    if (Object.hasOwn(env, name)) return { problem: `${name} is set twice. Keep one line.` }
    env[name] = line.slice(at + 1)
  }
  return { value: env }
}

export function writeEnv(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')
}

type McpServers = InstanceConfig['mcpServers']

/** As Claude Code's own configuration writes them, with or without the outer `mcpServers`. */
export function readMcpServers(text: string): Read<McpServers> {
  if (text.trim() === '') return { value: {} }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (thrown) {
    return { problem: `This isn’t valid JSON: ${thrown instanceof Error ? thrown.message : 'it cannot be read'}.` }
  }
  const outer = isRecord(json) && 'mcpServers' in json ? json['mcpServers'] : json
  if (!isRecord(outer)) return { problem: 'Enter an object that maps each server’s name to its configuration.' }
  const servers: McpServers = {}
  for (const [name, server] of Object.entries(outer)) {
    const parsed = mcpServerSchema.safeParse(server)
    if (!parsed.success) return { problem: `“${name}” ${serverProblem(server)}` }
    servers[name] = parsed.data
  }
  return { value: servers }
}

export function writeMcpServers(servers: McpServers): string {
  return Object.keys(servers).length === 0 ? '' : JSON.stringify(servers, null, 2)
}

function serverProblem(server: unknown): string {
  if (!isRecord(server)) return 'needs an object in braces.'
  const { type, url, command, args, env, headers } = server
  if (url === undefined && command === undefined) return 'needs a command, or a type and a url.'
  if (url !== undefined && type !== 'http' && type !== 'sse') return 'has a url, so it also needs "type": "http" or "sse".'
  if (url !== undefined && !(typeof url === 'string' && URL.canParse(url))) return 'has an invalid url.'
  if (url === undefined && (typeof command !== 'string' || command === '')) return 'needs a command that is text.'
  if (url === undefined && type !== undefined && type !== 'stdio') return 'has a command, so its type must be "stdio" or left out.'
  if (args !== undefined && !(Array.isArray(args) && args.every((arg) => typeof arg === 'string')))
    return 'needs args to be a list of strings.'
  if (env !== undefined && !isTexts(env)) return 'needs env to map names to strings.'
  if (headers !== undefined && !isTexts(headers)) return 'needs headers to map names to strings.'
  return 'isn’t valid. See Claude Code’s documentation.'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
}
