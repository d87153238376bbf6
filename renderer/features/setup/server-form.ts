import { mcpServerSchema, serverNameSchema, type McpServer } from '../../../shared/domain/instance.ts'
import { clearInServer } from '../../../shared/domain/likely-secret.ts'

/** A server as its form holds it: everything as it is typed. */
export type ServerForm = {
  name: string
  type: 'stdio' | 'http' | 'sse'
  command: string
  /** One per line; one with line breaks as `$'one\ntwo'`. */
  args: string
  /** NAME=value, one per line. */
  env: string
  url: string
  /** Name: value, one per line. */
  headers: string
  note: string
}
export type ServerField = keyof ServerForm
export type ServerProblem = { field: ServerField; message: string }

export const emptyServer: ServerForm = { name: '', type: 'stdio', command: '', args: '', env: '', url: '', headers: '', note: '' }

/** The form of a configuration. */
export function formOfServer(name: string, config: McpServer, note = ''): ServerForm {
  if ('command' in config)
    return {
      ...emptyServer,
      name,
      note,
      command: config.command,
      args: (config.args ?? []).map((text) => (text === '' ? quoted(text) : inLine(text))).join('\n'),
      env: pairLines(config.env, '='),
    }
  return { ...emptyServer, name, note, type: config.type, url: config.url, headers: pairLines(config.headers, ': ') }
}

/** What the form says, or the first thing that is wrong with it. */
export function readServerForm(form: ServerForm): { name: string; config: McpServer } | { problem: ServerProblem } {
  const name = serverNameSchema.safeParse(form.name.trim())
  if (!name.success) return wrong('name', name.error.issues[0]?.message ?? 'Enter a name.')
  const read = configOf(form)
  return 'problem' in read ? read : { name: name.data, config: read.config }
}

function configOf(form: ServerForm): { config: McpServer } | { problem: ServerProblem } {
  if (form.type === 'stdio') {
    if (form.command.trim() === '') return wrong('command', 'Enter the command that starts the server.')
    const env = pairsOf(form.env, '=')
    if ('line' in env) return wrong('env', `“${env.line}” has no =. Write NAME=value.`)
    const args = form.args
      .split('\n')
      .filter((line) => line !== '')
      .map(unquoted)
    return {
      config: {
        command: form.command.trim(),
        ...(args.length > 0 ? { args } : {}),
        ...(env.pairs.length > 0 ? { env: Object.fromEntries(env.pairs) } : {}),
      },
    }
  }
  const headers = pairsOf(form.headers, ':')
  if ('line' in headers) return wrong('headers', `“${headers.line}” has no colon. Write Name: value.`)
  const parsed = mcpServerSchema.safeParse({
    type: form.type,
    url: form.url.trim(),
    ...(headers.pairs.length > 0 ? { headers: Object.fromEntries(headers.pairs) } : {}),
  })
  return parsed.success ? { config: parsed.data } : wrong('url', 'Enter a full address, such as https://mcp.example.com/mcp.')
}

/** What looks like a key in the form, wherever it is complete enough to say. */
export function clearInForm(form: ServerForm): ReturnType<typeof clearInServer> {
  const read = configOf(form)
  return 'problem' in read ? [] : clearInServer(read.config, form.name.trim() || 'server')
}

/** What is started or called, in a line. */
export function runsWords(config: McpServer): string {
  return 'command' in config ? [config.command, ...(config.args ?? [])].join(' ') : `${config.type} ${config.url}`
}

/** A failure of the core about `config.env.TOKEN` as a problem of the form; null when it has no such field. */
export function problemOf(field: string | null, message: string): ServerProblem | null {
  const own = (field ?? '').replace(/^config\./, '').split('.')[0] ?? ''
  if (!isField(own)) return null
  return { field: own, message: field !== null && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message }
}

function isField(name: string): name is ServerField {
  return Object.hasOwn(emptyServer, name)
}

function pairLines(pairs: Readonly<Record<string, string>> | undefined, sign: string): string {
  return Object.entries(pairs ?? {})
    .map(([name, value]) => `${name}${sign}${inLine(value)}`)
    .join('\n')
}

function pairsOf(text: string, sign: string): { pairs: [string, string][] } | { line: string } {
  const pairs: [string, string][] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf(sign)
    if (at < 1) return { line: line.trim().slice(0, 80) }
    pairs.push([line.slice(0, at).trim(), unquoted(sign === ':' ? line.slice(at + 1).trim() : line.slice(at + 1))])
  }
  return { pairs }
}

const quotes = /^\$'((?:[^'\\]|\\.)*)'$/s

/** What has line breaks stands in one line as shells write it: `$'one\ntwo'`. */
function inLine(text: string): string {
  return /[\r\n]/.test(text) || quotes.test(text) ? quoted(text) : text
}

function quoted(text: string): string {
  return `$'${text
    .replaceAll(/[\\']/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}'`
}

function unquoted(line: string): string {
  const inner = quotes.exec(line)?.[1]
  return inner === undefined
    ? line
    : inner.replaceAll(/\\(.)/gs, (_whole, sign: string) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign))
}

function wrong(field: ServerField, message: string): { problem: ServerProblem } {
  return { problem: { field, message } }
}
