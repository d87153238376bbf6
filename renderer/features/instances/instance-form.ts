import { z } from 'zod'
import {
  mcpServerSchema,
  type Instance,
  type InstanceConfig,
  type InstancePatch,
  type PermissionMode,
} from '../../../shared/domain/instance.ts'

/** An instance as its form holds it: everything as it is typed. */
export type InstanceForm = {
  name: string
  cwd: string
  model: string
  permissionMode: PermissionMode
  appendSystemPrompt: string
  systemPrompt: string
  allowedTools: string
  disallowedTools: string
  addDirs: string
  env: string
  mcpServers: string
  turnTimeoutSeconds: string
  pinned: boolean
}

export type FormProblem = { field: keyof InstanceForm; message: string }

export const emptyForm: InstanceForm = {
  name: '',
  cwd: '',
  model: '',
  permissionMode: 'default',
  appendSystemPrompt: '',
  systemPrompt: '',
  allowedTools: '',
  disallowedTools: '',
  addDirs: '',
  env: '',
  mcpServers: '',
  turnTimeoutSeconds: '',
  pinned: false,
}

/** The form of an instance that is there. */
export function formOf(instance: Instance): InstanceForm {
  return {
    name: instance.name,
    cwd: instance.cwd,
    model: instance.model ?? '',
    permissionMode: instance.permissionMode,
    appendSystemPrompt: instance.appendSystemPrompt ?? '',
    systemPrompt: instance.systemPrompt ?? '',
    allowedTools: instance.allowedTools.join('\n'),
    disallowedTools: instance.disallowedTools.join('\n'),
    addDirs: instance.addDirs.join('\n'),
    env: Object.entries(instance.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    mcpServers: Object.keys(instance.mcpServers).length === 0 ? '' : JSON.stringify(instance.mcpServers, null, 2),
    turnTimeoutSeconds: instance.turnTimeoutSeconds === undefined ? '' : String(instance.turnTimeoutSeconds),
    pinned: instance.pinned,
  }
}

type Parsed = Omit<InstanceConfig, 'tags'>

/** What the form asks for, or the first thing that is wrong with it. The core checks the rest. */
export function readForm(form: InstanceForm): { config: Parsed } | { problem: FormProblem } {
  const env = readEnv(form.env)
  const mcpServers = readMcpServers(form.mcpServers)
  const timeout = form.turnTimeoutSeconds.trim()
  if (form.name.trim() === '') return wrong('name', 'Give the instance a name.')
  if (form.cwd.trim() === '') return wrong('cwd', 'Choose a folder.')
  if (typeof env === 'string') return wrong('env', env)
  if (typeof mcpServers === 'string') return wrong('mcpServers', mcpServers)
  if (timeout !== '' && !/^\d+$/.test(timeout)) return wrong('turnTimeoutSeconds', 'Give whole seconds, or leave it empty.')
  return {
    config: {
      name: form.name.trim(),
      cwd: form.cwd.trim(),
      permissionMode: form.permissionMode,
      allowedTools: linesOf(form.allowedTools),
      disallowedTools: linesOf(form.disallowedTools),
      addDirs: linesOf(form.addDirs),
      env,
      mcpServers,
      pinned: form.pinned,
      ...optional('model', form.model.trim()),
      ...optional('systemPrompt', form.systemPrompt),
      ...optional('appendSystemPrompt', form.appendSystemPrompt),
      ...(timeout === '' ? {} : { turnTimeoutSeconds: Number(timeout) }),
    },
  }
}

/** What has to be sent to change an instance into what the form says; what is empty is cleared. */
export function patchOf(config: Parsed): InstancePatch {
  const { model = null, systemPrompt = null, appendSystemPrompt = null, turnTimeoutSeconds = null, ...rest } = config
  return { ...rest, model, systemPrompt, appendSystemPrompt, turnTimeoutSeconds }
}

/** A name that nobody has: the folder's, or the given one, with a number behind it where it is taken. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.toLowerCase()))
  const base = wanted.trim() || 'claude'
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base} ${number}`
    if (!names.has(name.toLowerCase())) return name
  }
}

/** The last part of a path. */
export function folderName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  )
}

function wrong(field: keyof InstanceForm, message: string): { problem: FormProblem } {
  return { problem: { field, message } }
}

function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  if (value !== '') found[key] = value
  return found
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function readEnv(text: string): Record<string, string> | string {
  const env: Record<string, string> = {}
  for (const line of linesOf(text)) {
    const at = line.indexOf('=')
    if (at < 1) return `“${line}” is no NAME=value.`
    env[line.slice(0, at).trim()] = line.slice(at + 1)
  }
  return env
}

const mcpSchema = z.record(z.string(), mcpServerSchema)

/** As Claude Code's own configuration writes them, with or without the outer `mcpServers`. */
function readMcpServers(text: string): InstanceConfig['mcpServers'] | string {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    return `This is no JSON: ${thrown instanceof Error ? thrown.message : ''}`
  }
  const inner = typeof value === 'object' && value !== null && 'mcpServers' in value ? value.mcpServers : value
  const parsed = mcpSchema.safeParse(inner)
  return parsed.success ? parsed.data : 'Each server needs a name and either a command or a type and a url.'
}
