import { z } from 'zod'
import type { FormField } from '../../../shared/domain/elicitation-form.ts'

/** What stands in a form: a text, a tick, or what is chosen of several. A date with a time is the local one. */
export const valuesSchema = z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())]))
export type FormValues = z.infer<typeof valuesSchema>
export type FormValue = FormValues[string]

/** What the form shows at first: the server's defaults. */
export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, initialValue(field)]))
}

/** The values as they are sent: empty ones are left out, numbers are numbers, a date with a time has its zone. */
export function contentOf(fields: readonly FormField[], values: FormValues): Record<string, unknown> {
  const content: Record<string, unknown> = {}
  for (const field of fields) {
    const value = sentValue(field, values[field.name])
    if (value !== undefined && value !== '') content[field.name] = value
  }
  return content
}

/** What a field shows at first. */
export function initialValue({ type, options, format, default: first }: FormField): FormValue {
  if (type === 'boolean') return first === true
  if (type === 'array' && options !== null) return Array.isArray(first) ? first : []
  if (first === undefined) return ''
  const text = Array.isArray(first) ? first.join('\n') : String(first)
  return format === 'date-time' ? localTime(text) : text
}

function sentValue({ type, options, format }: FormField, value: FormValue | undefined): unknown {
  if (type === 'array') {
    const list = typeof value === 'string' ? lines(value) : Array.isArray(value) ? ordered(options, value) : []
    return list.length === 0 ? undefined : list
  }
  if (typeof value !== 'string' || value === '') return value
  if (type === 'number' || type === 'integer') return Number(value)
  return format === 'date-time' && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : value
}

function ordered(options: FormField['options'], chosen: readonly string[]): string[] {
  return (options ?? []).flatMap(({ value }) => (chosen.includes(value) ? [value] : []))
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** A moment as a field for local times takes it; empty when it is none. */
function localTime(text: string): string {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? '' : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
