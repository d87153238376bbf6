import type { RecipeInput } from '../../../shared/domain/recipe.ts'
import { triggerConfigSchema, type TriggerConfig, type TriggerOn } from '../../../shared/domain/trigger.ts'

/** A trigger as somebody fills it in: every field of every kind, so that changing the kind loses nothing. */
export type TriggerForm = {
  name: string
  recipe: string
  /** As they were, or as texts where they were typed. */
  inputs: Readonly<Record<string, unknown>>
  kind: TriggerOn['kind']
  cron: string
  timeZone: string
  folder: string
  glob: string
  debounceSeconds: string
  branch: string
  ended: string
  outcome: 'any' | 'done' | 'failed' | 'cancelled'
  /** `path = value`, one per line. */
  filter: string
  overlap: TriggerConfig['overlap']
  missed: TriggerConfig['missed']
  /** Empty: never. */
  pauseAfter: string
}

/** What is wrong, and with which field: named as the core names it. */
export type TriggerProblem = { field: string | null; message: string }

export const emptyTrigger: TriggerForm = {
  name: '',
  recipe: '',
  inputs: {},
  kind: 'time',
  cron: 'every weekday at 9',
  timeZone: '',
  folder: '',
  glob: '**/*',
  debounceSeconds: '0.2',
  branch: '',
  ended: '',
  outcome: 'any',
  filter: '',
  overlap: 'skip',
  missed: 'once',
  pauseAfter: '5',
}

/** A trigger to be changed. */
export function formOf({ name, recipe, inputs, on, overlap, missed, pauseAfterFailures }: TriggerConfig): TriggerForm {
  const pauseAfter = pauseAfterFailures === null ? '' : String(pauseAfterFailures)
  return { ...emptyTrigger, ...fieldsOf(on), name, recipe, inputs, kind: on.kind, overlap, missed, pauseAfter }
}

function fieldsOf(on: TriggerOn): Partial<TriggerForm> {
  if (on.kind === 'time') return { cron: on.cron, timeZone: on.timeZone ?? '' }
  if (on.kind === 'files') return { folder: on.folder, glob: on.glob, debounceSeconds: String(on.debounceMs / 1_000) }
  if (on.kind === 'git') return { folder: on.folder, branch: on.branch ?? '' }
  if (on.kind === 'run') return { ended: on.recipe, outcome: on.outcome ?? 'any' }
  return on.kind === 'hook' ? { filter: on.filter.map(filterLine).join('\n') } : {}
}

/** What is to be sent, or what keeps it from being sent. The core checks the rest. */
export function readForm(form: TriggerForm): { config: Omit<TriggerConfig, 'enabled'> } | { problem: TriggerProblem } {
  const problem = problemIn(form)
  if (problem) return { problem }
  const filter = readFilter(form.filter)
  if ('problem' in filter) return filter
  const read = triggerConfigSchema.omit({ enabled: true }).safeParse({
    name: form.name,
    recipe: form.recipe,
    inputs: Object.fromEntries(Object.entries(form.inputs).filter(([, value]) => value !== '' && value !== undefined)),
    on: onOf(form, filter.filter),
    overlap: form.overlap,
    missed: form.missed,
    pauseAfterFailures: form.pauseAfter.trim() === '' ? null : Number(form.pauseAfter),
  })
  if (read.success) return { config: read.data }
  const [issue] = read.error.issues
  return { problem: { field: issue?.path.join('.') ?? null, message: issue?.message ?? 'Check what you entered.' } }
}

function problemIn(form: TriggerForm): TriggerProblem | null {
  const missing = (field: string, message: string): TriggerProblem => ({ field, message })
  if (form.name.trim() === '') return missing('name', 'Enter a name.')
  if (form.kind === 'time' && form.cron.trim() === '') return missing('on.cron', 'Say when, such as “every weekday at 9”.')
  if ((form.kind === 'files' || form.kind === 'git') && form.folder.trim() === '') return missing('on.folder', 'Choose a folder.')
  if (form.kind === 'run' && form.ended === '') return missing('on.recipe', 'Choose a recipe.')
  if (form.recipe === '') return missing('recipe', 'Choose a recipe.')
  const after = form.pauseAfter.trim()
  return after === '' || /^[1-9]\d{0,2}$/.test(after) ? null : missing('pauseAfterFailures', 'Enter a number from 1 to 999, or nothing.')
}

type Filter = Extract<TriggerOn, { kind: 'hook' }>['filter']

function onOf(form: TriggerForm, filter: Filter): unknown {
  const { kind, folder, outcome } = form
  const timeZone = form.timeZone.trim()
  const branch = form.branch.trim()
  switch (kind) {
    case 'time':
      return { kind, cron: form.cron, ...(timeZone === '' ? {} : { timeZone }) }
    case 'files':
      return { kind, folder, glob: form.glob.trim() || '**/*', debounceMs: Math.round(Number(form.debounceSeconds) * 1_000) }
    case 'git':
      return { kind, folder, ...(branch === '' ? {} : { branch }) }
    case 'run':
      return { kind, recipe: form.ended, ...(outcome === 'any' ? {} : { outcome }) }
    case 'hook':
      return { kind, filter }
    case 'click':
      return { kind }
  }
}

/** The lines of a filter: `pull_request.state = open`. A value that is JSON is meant as such. */
export function readFilter(text: string): { filter: Filter } | { problem: TriggerProblem } {
  const filter: Filter = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    const path = line.slice(0, Math.max(0, at)).trim()
    if (path === '') return { problem: { field: 'on.filter', message: `“${line.trim()}” is not a filter. Write it like action = opened.` } }
    filter.push({ path, equals: valueOf(line.slice(at + 1).trim()) })
  }
  return { filter }
}

function filterLine({ path, equals }: Filter[number]): string {
  const isPlain = typeof equals === 'string' && valueOf(equals) === equals && equals.trim() === equals
  return `${path} = ${isPlain ? equals : JSON.stringify(equals)}`
}

function valueOf(text: string): Filter[number]['equals'] {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  } catch {
    // No JSON: the words as they are.
  }
  return text
}

/** An input as text; lists one item per line. */
export function inputText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join('\n')
  return JSON.stringify(value)
}

/** What an empty field comes to. */
export function inputHint({ description, default: usual, required }: RecipeInput): string {
  const empty = usual === undefined ? (required === false ? 'Optional.' : '') : `Leave empty for ${shortText(inputText(usual))}.`
  return [description, empty].filter(Boolean).join(' ')
}

function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return `“${line.length > 60 ? `${line.slice(0, 60)}…` : line}”`
}
