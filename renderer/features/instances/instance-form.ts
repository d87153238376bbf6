import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { Instance, InstanceConfig, InstancePatch, PermissionMode } from '../../../shared/domain/instance.ts'
import type { Profile } from '../../../shared/domain/profile.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Way } from '../../../shared/domain/way.ts'
import { labelsFrom } from '../../words/labels-from.ts'
import { readEnv, readMcpServers, writeEnv, writeMcpServers } from './instance-text.ts'

/** An instance as its form holds it: everything as it is typed. */
export type InstanceForm = {
  name: string
  cwd: string
  model: string
  effort: Effort | ''
  permissionMode: PermissionMode | ''
  appendSystemPrompt: string
  systemPrompt: string
  allowedTools: string
  disallowedTools: string
  addDirs: string
  env: string
  mcpServers: string
  /** Names of saved ones, one per line. */
  savedServers: string
  turnTimeoutSeconds: string
  /** With commas between them. */
  tags: string
  way: Way | ''
  pinned: boolean
}

export type FormField = keyof InstanceForm
export type FormProblem = { field: FormField; message: string }

/** What each field is called on the screen. */
export const fieldLabels: Record<FormField, string> = {
  name: 'Name',
  cwd: 'Folder',
  model: 'Model',
  effort: 'Effort',
  permissionMode: 'Permissions',
  appendSystemPrompt: 'Instructions',
  systemPrompt: 'System prompt',
  allowedTools: 'Allowed tools',
  disallowedTools: 'Denied tools',
  addDirs: 'Additional folders',
  env: 'Environment',
  mcpServers: 'Other MCP servers',
  savedServers: 'MCP servers',
  turnTimeoutSeconds: 'Turn timeout',
  tags: 'Labels',
  way: 'Way of working',
  pinned: 'Keep running',
}

/** What few people need; folded away until it is. */
export const rareFields: readonly FormField[] = [
  'effort',
  'systemPrompt',
  'allowedTools',
  'disallowedTools',
  'addDirs',
  'env',
  'savedServers',
  'mcpServers',
  'turnTimeoutSeconds',
  'tags',
  'way',
  'pinned',
]

export const emptyForm: InstanceForm = {
  name: '',
  cwd: '',
  model: '',
  effort: '',
  permissionMode: '',
  appendSystemPrompt: '',
  systemPrompt: '',
  allowedTools: '',
  disallowedTools: '',
  addDirs: '',
  env: '',
  mcpServers: '',
  savedServers: '',
  turnTimeoutSeconds: '',
  tags: '',
  way: '',
  pinned: false,
}

/** The form of an instance that is there. */
export function formOf(instance: InstanceConfig): InstanceForm {
  return {
    name: instance.name,
    cwd: instance.cwd,
    model: instance.model ?? '',
    effort: instance.effort ?? '',
    permissionMode: instance.permissionMode ?? '',
    appendSystemPrompt: instance.appendSystemPrompt ?? '',
    systemPrompt: instance.systemPrompt ?? '',
    allowedTools: instance.allowedTools.join('\n'),
    disallowedTools: instance.disallowedTools.join('\n'),
    addDirs: instance.addDirs.join('\n'),
    env: writeEnv(instance.env),
    mcpServers: writeMcpServers(instance.mcpServers),
    savedServers: instance.savedServers.join('\n'),
    turnTimeoutSeconds: instance.turnTimeoutSeconds === undefined ? '' : String(instance.turnTimeoutSeconds),
    tags: instance.tags.join(', '),
    way: instance.way === undefined || instance.way === 'pool' ? '' : instance.way,
    pinned: instance.pinned,
  }
}

export type FormConfig = Omit<InstanceConfig, 'fromProfile'>

/** What the form asks for, or the first thing that is wrong with it. The core checks what only it can know. */
export function readForm(form: InstanceForm): { config: FormConfig } | { problem: FormProblem } {
  return form.cwd.trim() === '' ? wrong('cwd', 'Choose a folder.') : readFields(form)
}

/** The same of a profile, which need not have a folder: it is empty then. */
export function readProfileForm(form: InstanceForm): { config: FormConfig } | { problem: FormProblem } {
  const hasFolder = form.cwd.trim() !== ''
  const read = readFields(hasFolder ? form : { ...form, cwd: '/' })
  return 'problem' in read || hasFolder ? read : { config: { ...read.config, cwd: '' } }
}

function readFields(form: InstanceForm): { config: FormConfig } | { problem: FormProblem } {
  if (form.name.trim() === '') return wrong('name', 'Enter a name.')
  const env = readEnv(form.env)
  if ('problem' in env) return wrong('env', env.problem)
  const mcpServers = readMcpServers(form.mcpServers)
  if ('problem' in mcpServers) return wrong('mcpServers', mcpServers.problem)
  const timeout = readTimeout(form.turnTimeoutSeconds)
  if (timeout === null) return wrong('turnTimeoutSeconds', 'Enter whole seconds from 5 to 86400 (one day), or leave it empty.')
  const config: FormConfig = {
    name: form.name.trim(),
    cwd: form.cwd.trim(),
    allowedTools: linesOf(form.allowedTools),
    disallowedTools: linesOf(form.disallowedTools),
    addDirs: linesOf(form.addDirs),
    env: env.value,
    mcpServers: mcpServers.value,
    savedServers: linesOf(form.savedServers),
    tags: labelsFrom(form.tags),
    pinned: form.pinned,
    ...(form.permissionMode === '' ? {} : { permissionMode: form.permissionMode }),
    ...(form.way === '' ? {} : { way: form.way }),
    ...(form.effort === '' ? {} : { effort: form.effort }),
    ...optional('model', form.model.trim()),
    ...optional('systemPrompt', form.systemPrompt),
    ...optional('appendSystemPrompt', form.appendSystemPrompt),
    ...(timeout === undefined ? {} : { turnTimeoutSeconds: timeout }),
  }
  const [issue] = instanceConfigSchema.safeParse(config).error?.issues ?? []
  const problem = issue && problemAt(issue.path.map(String).join('.'), issue.message)
  return problem ? { problem } : { config }
}

/** Which fields differ. */
export function changedFields(before: InstanceForm, after: InstanceForm): FormField[] {
  return allFields.filter((field) => before[field] !== after[field])
}

/** The form of a profile. */
export function formOfProfile(profile: Profile): InstanceForm {
  return formOf({ ...profile, cwd: profile.cwd ?? '', tags: [], pinned: false })
}

/** The form with the settings of a profile in place of its own, but for its name, and its folder where the profile has none. */
export function withProfile(form: InstanceForm, profile: Profile): InstanceForm {
  const { cwd, ...settings } = formOfProfile(profile)
  return { ...settings, name: form.name, cwd: cwd === '' ? form.cwd : cwd, tags: form.tags, way: form.way, pinned: form.pinned }
}

/** All of it, with null for what is empty, so that nothing is taken from elsewhere. */
export function wholeOf(config: FormConfig): Omit<InstancePatch, 'name' | 'cwd'> & { name: string; cwd: string } {
  const {
    permissionMode = null,
    model = null,
    effort = null,
    systemPrompt = null,
    appendSystemPrompt = null,
    turnTimeoutSeconds = null,
    way = null,
    ...rest
  } = config
  return { ...rest, permissionMode, model, effort, systemPrompt, appendSystemPrompt, turnTimeoutSeconds, way }
}

/** What has to be sent to change only these fields; one that was emptied is cleared. */
export function patchOf(config: FormConfig, fields: readonly FormField[]): InstancePatch {
  const whole = wholeOf(config)
  return Object.fromEntries(Object.entries(whole).filter(([key]) => isField(key) && fields.includes(key)))
}

/** A failure of the core about `field` (`env.PATH`, `allowedTools.3`) as a problem of the form; null when the form has no such field. */
export function problemAt(field: string, message: string): FormProblem | null {
  const [base = ''] = field.split('.')
  if (!isField(base)) return null
  const words = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message
  return { field: base, message: words }
}

/** When changes to an instance take effect, and for which conversations; null when nothing has changed. `mode`: the one that is chosen. */
export function effectWords(
  fields: readonly FormField[],
  { process, state }: Pick<Instance, 'process' | 'state'>,
  mode: string = '',
): string | null {
  if (fields.length === 0) return null
  // Only a process that was started for it may allow everything.
  const isLive = (field: FormField) => live.includes(field) && !(field === 'permissionMode' && mode === 'bypassPermissions')
  const launching = fields.filter((field) => !isLive(field)).map((field) => fieldLabels[field])
  if (launching.length === 0) return 'Takes effect immediately.'
  const what = `${listWords(launching)} ${launching.length === 1 ? 'needs' : 'need'} a new process`
  const when = !process
    ? 'it applies at the next start.'
    : state === 'busy'
      ? 'it applies in the same session after the current turn.'
      : 'it applies now, in the same session.'
  const folder = fields.includes('cwd') ? ' Existing conversations stay in their old folder; new ones start in the new one.' : ''
  return `${what}: ${when}${folder}`
}

/** A name that nobody has: the folder's, or the given one, with a number behind it where it is taken. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.toLowerCase()))
  const base =
    wanted
      .trim()
      .slice(0, longestName - 4)
      .trim() || 'claude'
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

const allFields = Object.keys(emptyForm).filter(isField)
/** A running process need not be replaced for these. */
/** What a running process can be told. */
const live: readonly FormField[] = ['name', 'model', 'effort', 'permissionMode', 'turnTimeoutSeconds', 'tags', 'way', 'pinned']
const longestName = 60

function isField(field: string): field is FormField {
  return Object.hasOwn(emptyForm, field)
}

function wrong(field: FormField, message: string): { problem: FormProblem } {
  return { problem: { field, message } }
}

function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {}
  if (value.trim() !== '') found[key] = value
  return found
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Undefined when there is no limit, null when it cannot be read. */
function readTimeout(text: string): number | undefined | null {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const seconds = Number(trimmed)
  return /^\d+$/.test(trimmed) && seconds >= 5 && seconds <= 86_400 ? seconds : null
}

function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
