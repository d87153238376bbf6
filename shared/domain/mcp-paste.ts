import { z } from 'zod'
import { mcpServerSchema, type McpServer } from './instance.ts'
import { JsonFault, parseJsonc } from './jsonc.ts'
import { clearInServer } from './likely-secret.ts'
import { commandLines, readCommandLine } from './mcp-command-line.ts'
import type { PastedServer, PasteFault } from './mcp-server.ts'

const mostServers = 100
const recordSchema = z.record(z.string(), z.unknown())
const inputsSchema = z.array(z.object({ id: z.string(), description: z.string().optional() })).catch([])

type Read = { servers: PastedServer[]; faults: PasteFault[] }

/**
 * Reads what people paste: `{"mcpServers": …}`, VS Code's `{"servers": …}`, one server with or without its name, settings that hold one of
 * these, a `claude mcp add-json` or `claude mcp add` line. Each fault says where it is; what is right beside one is read all the same.
 */
export function readPastedServers(text: string): Read {
  if (text.trim() === '') return { servers: [], faults: [{ place: 'line 1, column 1', message: 'Paste the configuration of a server.' }] }
  try {
    const lines = commandLines(text).flatMap((line) => readCommandLine(line) ?? [])
    if (lines.length > 0)
      return readAll(
        lines.map(({ name, config }) => [name, config] as const),
        '',
      )
    return readValue(parseJsonc(bracesAround(withoutFence(text))))
  } catch (thrown) {
    if (thrown instanceof JsonFault) return { servers: [], faults: [{ place: thrown.place, message: thrown.message }] }
    throw thrown
  }
}

/** One server of a file of somebody else's. `at`: where it stands. */
export function readServer(value: unknown, at: string): { config: McpServer; notes: string[] } | { faults: PasteFault[] } {
  const fields = recordSchema.safeParse(value).data
  if (!fields) return { faults: [{ place: at, message: `Expected a server in braces, found ${kindOf(value)}.` }] }
  const notes: string[] = []
  const shaped = shapedServer(fields, notes)
  const known = ['type', 'command', 'args', 'env', 'url', 'headers']
  const said = Object.keys(fields).filter((name) => !known.includes(name) && !aliases.has(name))
  if (said.length > 0) notes.push(`Left out, because Bullpen doesn’t use it: ${said.slice(0, 10).join(', ')}.`)
  const fault = missingFault(shaped, at)
  if (fault) return { faults: [fault] }
  const parsed = mcpServerSchema.safeParse(shaped)
  if (parsed.success) return { config: withReferences(parsed.data, notes), notes }
  return { faults: faultsOf(shaped, at) }
}

function readValue(value: unknown): Read {
  const fields = recordSchema.safeParse(value).data
  if (!fields)
    return { servers: [], faults: [{ place: 'line 1, column 1', message: `Expected a server in braces, found ${kindOf(value)}.` }] }
  if (isServer(fields)) return readAll([[typeof fields['name'] === 'string' ? fields['name'] : null, fields]], '')
  for (const holder of ['mcpServers', 'servers', 'mcp', 'context_servers']) {
    if (!Object.hasOwn(fields, holder)) continue
    const inner = recordSchema.safeParse(fields[holder]).data
    if (!inner)
      return { servers: [], faults: [{ place: holder, message: `Expected servers by name in braces, found ${kindOf(fields[holder])}.` }] }
    if (holder === 'mcp' && (Object.hasOwn(inner, 'servers') || Object.hasOwn(inner, 'mcpServers'))) return readValue(inner)
    const read = readAll(Object.entries(inner), holder)
    return { ...read, servers: read.servers.map((server) => withInputs(server, inputsSchema.parse(fields['inputs'] ?? []))) }
  }
  return readAll(Object.entries(fields), '')
}

function readAll(entries: readonly (readonly [string | null, unknown])[], holder: string): Read {
  if (entries.length === 0) return { servers: [], faults: [{ place: holder || 'line 1, column 1', message: 'No server was found in it.' }] }
  const servers: PastedServer[] = []
  const faults: PasteFault[] = []
  const taken = new Set<string>()
  for (const [name, value] of entries.slice(0, mostServers)) {
    const at = [holder, name].filter((part) => part !== '' && part !== null).join('.')
    const read = readServer(value, at)
    if ('faults' in read) faults.push(...read.faults)
    else {
      const named = name === null ? null : usableName(name, taken, read.notes)
      const secrets = clearInServer(read.config, named ?? 'server').map(({ place, suggested }) => ({ place, suggested }))
      servers.push({ name: named, config: read.config, secrets, notes: read.notes })
    }
  }
  if (entries.length > mostServers) faults.push({ place: holder, message: `Only the first ${mostServers} servers were read.` })
  return { servers, faults }
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['transport', 'type'],
  ['serverUrl', 'url'],
  ['httpUrl', 'url'],
  ['endpoint', 'url'],
  ['environment', 'env'],
  ['source', ''],
  ['name', ''],
])

/** Other programs' words for the same. */
function shapedServer(fields: Readonly<Record<string, unknown>>, notes: string[]): Record<string, unknown> {
  const shaped = new Map<string, unknown>()
  for (const [name, value] of Object.entries({ ...fields, ...programOf(fields['command']) })) {
    const own = aliases.get(name) ?? name
    if (own !== '' && !shaped.has(own)) shaped.set(own, value)
  }
  const type = shaped.get('type')
  if (typeof type === 'string' && /^(?:streamable[-_]?http|streamableHttp|http-stream)$/i.test(type)) shaped.set('type', 'http')
  if (type === 'local') shaped.set('type', 'stdio')
  if (type === undefined && typeof shaped.get('url') === 'string') {
    const guessed = /\/sse\/?(?:\?|$)/.test(String(shaped.get('url'))) ? 'sse' : 'http'
    shaped.set('type', guessed)
    notes.push(`No type was given; “${guessed}” is assumed.`)
  }
  return Object.fromEntries(
    ['type', 'command', 'args', 'env', 'url', 'headers'].flatMap((name) => (shaped.has(name) ? [[name, shaped.get(name)]] : [])),
  )
}

/** OpenCode writes a program with its arguments as one list, Zed in braces. */
function programOf(command: unknown): Record<string, unknown> {
  if (Array.isArray(command)) return { command: command[0], args: command.slice(1) }
  const { path, args, env } = recordSchema.safeParse(command).data ?? {}
  if (path === undefined) return {}
  return { command: path, ...(args === undefined ? {} : { args }), ...(env === undefined || env === null ? {} : { env }) }
}

function missingFault(shaped: Readonly<Record<string, unknown>>, at: string): PasteFault | null {
  const place = (field: string) => (at === '' ? field : `${at}.${field}`)
  const { type, command, url } = shaped
  if (type !== undefined && type !== 'stdio' && type !== 'http' && type !== 'sse')
    return {
      place: place('type'),
      message: `“${typeof type === 'string' ? type.slice(0, 60) : kindOf(type)}” is not a server type. Use stdio, http or sse.`,
    }
  if ((type === 'http' || type === 'sse') && url === undefined)
    return { place: place('url'), message: `A server of type ${type} needs an address.` }
  if (type === 'stdio' && command === undefined) return { place: place('command'), message: 'A server of type stdio needs a command.' }
  if (command === undefined && url === undefined) return { place: at || 'command', message: 'A “command” or a “url” is missing.' }
  return null
}

/** What does not fit, each with its own place. */
function faultsOf(shaped: Readonly<Record<string, unknown>>, at: string): PasteFault[] {
  const option = mcpServerSchema.options[shaped['command'] === undefined ? 1 : 0]
  const issues = option?.safeParse(shaped).error?.issues ?? []
  return issues.map((issue) => {
    const place = issue.path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
      at,
    )
    const found = issue.path.reduce<unknown>((value, part) => stepInto(value, part), shaped)
    const message =
      issue.code === 'invalid_type'
        ? `Expected ${issue.expected === 'string' ? 'text in quotes' : issue.expected === 'array' ? 'a list' : 'names and values in braces'}, found ${kindOf(found)}.`
        : issue.message === 'Invalid URL'
          ? 'Enter a full address, starting with https:// or http://.'
          : issue.message
    return { place, message }
  })
}

function stepInto(value: unknown, part: PropertyKey): unknown {
  if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined
  return recordSchema.safeParse(value).data?.[String(part)]
}

/** `${NAME}` of Claude Code's and `${input:id}` of VS Code's become references of ours. */
function withReferences(config: McpServer, notes: string[]): McpServer {
  const changed = new Set<string>()
  const change = (text: string): string =>
    text
      .replaceAll(/\$\{input:([\w-]+)\}/g, (whole, id: string) => note(whole, `\${secret:${secretName(id)}}`))
      .replaceAll(/\$\{([A-Za-z_]\w*)(:-[^{}]*)?\}/g, (whole, name: string, rest: string = '') =>
        name.startsWith('CLAUDE_') ? whole : note(whole, `\${env:${name}${rest}}`),
      )
      .replaceAll(/\$\{userHome\}/g, (whole) => note(whole, '${env:HOME}'))
  const note = (from: string, to: string): string => {
    if (!changed.has(from)) notes.push(`${from} became ${to}.`)
    changed.add(from)
    return to
  }
  const pairs = (record: Readonly<Record<string, string>> | undefined) =>
    record && Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
  if ('command' in config) {
    const env = pairs(config.env)
    return {
      ...config,
      command: change(config.command),
      ...(config.args ? { args: config.args.map(change) } : {}),
      ...(env ? { env } : {}),
    }
  }
  const headers = pairs(config.headers)
  return { ...config, url: change(config.url), ...(headers ? { headers } : {}) }
}

/** What VS Code would ask its user for is a secret here, to be set. */
function withInputs(server: PastedServer, inputs: readonly { id: string; description?: string | undefined }[]): PastedServer {
  const used = inputs.filter(({ id }) => JSON.stringify(server.config).includes(`\${secret:${secretName(id)}}`))
  return {
    ...server,
    notes: [
      ...server.notes,
      ...used.map(
        ({ id, description }) => `The secret ${secretName(id)} has to be set${description ? `: ${description.slice(0, 200)}` : '.'}`,
      ),
    ],
  }
}

function secretName(id: string): string {
  return (
    id
      .replaceAll(/[^A-Za-z0-9_-]/g, '_')
      .replace(/^[^A-Za-z]+/, '')
      .slice(0, 64) || 'secret'
  )
}

/** `taken`: names of others, in small letters; this one is added. */
function usableName(name: string, taken: Set<string>, notes: string[]): string {
  const plain =
    name
      .trim()
      .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 64) || 'server'
  let usable = plain
  for (let number = 2; taken.has(usable.toLowerCase()); number += 1) usable = `${plain.slice(0, 58)}-${number}`
  taken.add(usable.toLowerCase())
  if (plain !== name) notes.push(`The name “${name.slice(0, 60)}” became “${usable}”: a name has letters, digits, “-” and “_”.`)
  else if (usable !== plain) notes.push(`The name “${plain}” became “${usable}”: another one has it.`)
  return usable
}

function isServer(fields: Readonly<Record<string, unknown>>): boolean {
  const { command } = { ...fields, ...programOf(fields['command']) }
  return typeof command === 'string' || ['url', 'serverUrl', 'httpUrl'].some((name) => typeof fields[name] === 'string')
}

/** As it stands in a page that is written in Markdown. */
function withoutFence(text: string): string {
  return /^\s*```[\w-]*\r?\n([\s\S]*?)\r?\n?\s*```\s*$/.exec(text)?.[1] ?? text
}

/** `"name": {…}` without the braces around it, as one copies it out of a file. */
function bracesAround(text: string): string {
  return /^\s*"[^"]+"\s*:/.test(text) ? `{${text.replace(/,\s*$/, '')}}` : text
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'braces'
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'a number' : 'true or false'
}
