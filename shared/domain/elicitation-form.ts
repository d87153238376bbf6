import { z } from 'zod'

const optionSchema = z.object({ const: z.string(), title: z.string().optional().catch(undefined) })
const optionsSchema = z.array(optionSchema).min(1).optional().catch(undefined)
const textsSchema = z.array(z.string()).min(1).optional().catch(undefined)
const numberSchema = z.number().optional().catch(undefined)
/** The ways in which a server says what may be chosen; the titled ones are those of protocol 2025-11-25, `enumNames` is older. */
const choiceSchema = { enum: textsSchema, enumNames: textsSchema, oneOf: optionsSchema, anyOf: optionsSchema }

const fieldSchema = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array']).catch('string'),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  format: z.enum(['email', 'uri', 'date', 'date-time']).optional().catch(undefined),
  ...choiceSchema,
  items: z.object(choiceSchema).optional().catch(undefined),
  default: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
    .optional()
    .catch(undefined),
  minLength: numberSchema,
  maxLength: numberSchema,
  minimum: numberSchema,
  maximum: numberSchema,
  minItems: numberSchema,
  maxItems: numberSchema,
})
const formSchema = z.object({
  properties: z.record(z.string(), fieldSchema).catch({}),
  required: z.array(z.string()).catch([]),
})

export type FormOption = { value: string; label: string }

/**
 * A field of a form of an MCP server (Model Context Protocol, elicitation). `options`: what may be chosen, one of them, or any number of
 * them where the type is `array`; null where anything may be written. Whatever else a server asks for is asked as a text.
 */
export type FormField = Omit<z.infer<typeof fieldSchema>, keyof typeof choiceSchema | 'items' | 'title'> & {
  name: string
  label: string
  required: boolean
  options: readonly FormOption[] | null
}

export type FormFault = { field: string; message: string }

/** The fields of a form, in the server's order. */
export function fieldsOf(requestedSchema: Record<string, unknown> | undefined): FormField[] {
  const { properties, required } = formSchema.safeParse(requestedSchema ?? {}).data ?? { properties: {}, required: [] }
  return Object.entries(properties).map(([name, { enum: values, enumNames, oneOf, anyOf, items, title, ...field }]) => ({
    ...field,
    name,
    label: title ?? name,
    required: required.includes(name),
    options: optionsOf(field.type === 'array' ? items : { enum: values, enumNames, oneOf, anyOf }),
  }))
}

/**
 * What is wrong with a form's values, in the order of its fields; empty when nothing is. Checked before they are sent, since a server that
 * does not like a value fails its tool (measured with Claude Code 2.1.329).
 */
export function formFaults(requestedSchema: Record<string, unknown> | undefined, content: Readonly<Record<string, unknown>>): FormFault[] {
  const fields = fieldsOf(requestedSchema)
  const known = new Set(fields.map(({ name }) => name))
  const strange = Object.keys(content).filter((name) => !known.has(name))
  return [
    ...fields.flatMap((field) => faultOf(field, content[field.name])),
    ...strange.map((name) => ({ field: name, message: `${name} is not a field of this form.` })),
  ]
}

function optionsOf(choice: z.infer<z.ZodObject<typeof choiceSchema>> | undefined): FormOption[] | null {
  const titled = choice?.oneOf ?? choice?.anyOf
  if (titled) return titled.map(({ const: value, title }) => ({ value, label: title ?? value }))
  return choice?.enum?.map((value, place) => ({ value, label: choice.enumNames?.[place] ?? value })) ?? null
}

function faultOf(field: FormField, value: unknown): FormFault[] {
  const { name, label, required } = field
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return required ? [{ field: name, message: `Fill in ${label}.` }] : []
  const fault = valueFault(field, value)
  return fault === null ? [] : [{ field: name, message: `${label} ${fault}.` }]
}

function valueFault(field: FormField, value: unknown): string | null {
  if (field.type === 'boolean') return typeof value === 'boolean' ? null : 'must be yes or no (true or false)'
  if (field.type === 'array') return listFault(field, value)
  return field.type === 'string' ? textFault(field, value) : numberFault(field, value)
}

function numberFault({ type, minimum, maximum }: FormField, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number'
  if (type === 'integer' && !Number.isInteger(value)) return 'must be a whole number'
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`
  return maximum !== undefined && value > maximum ? `must be at most ${maximum}` : null
}

function listFault({ options, minItems, maxItems }: FormField, value: unknown): string | null {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return 'must be a list of values'
  if (!value.every((one) => isOption(options, one))) return oneOf(options)
  if (minItems !== undefined && value.length < minItems) return `needs at least ${countOf(minItems, 'choice')}`
  return maxItems !== undefined && value.length > maxItems ? `can have at most ${countOf(maxItems, 'choice')}` : null
}

function textFault({ options, format, minLength, maxLength }: FormField, value: unknown): string | null {
  if (typeof value !== 'string') return 'must be text'
  if (!isOption(options, value)) return oneOf(options)
  if (minLength !== undefined && value.length < minLength) return `needs at least ${countOf(minLength, 'character')}`
  if (maxLength !== undefined && value.length > maxLength) return `can have at most ${countOf(maxLength, 'character')}`
  return format === undefined || formats[format].test(value) ? null : formats[format].words
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

function isOption(options: FormField['options'], value: string): boolean {
  return options === null || options.some((option) => option.value === value)
}

function oneOf(options: FormField['options']): string {
  const known = (options ?? []).slice(0, 20).map(({ value, label }) => (label === value ? value : `${value} (${label})`))
  return `must be one of ${known.join(', ')}`
}

const formats: Readonly<Record<NonNullable<FormField['format']>, { test: (value: string) => boolean; words: string }>> = {
  email: { test: (value) => /^[^\s@]+@[^\s@]+$/.test(value), words: 'must be an email address, such as ada@example.com' },
  uri: { test: (value) => z.url().safeParse(value).success, words: 'must be an address, such as https://example.com' },
  date: { test: isDate, words: 'must be a date, such as 2026-03-31' },
  'date-time': {
    test: (value) => /^\d{4}-\d\d-\d\d[Tt ].*(?:[Zz]|[+-]\d\d:\d\d)$/.test(value) && isTime(value),
    words: 'must be a date with a time and its zone, such as 2026-03-31T12:00:00Z',
  },
}

/** One that the calendar has: a parser takes the 31st of February for the 3rd of March. */
function isDate(value: string): boolean {
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === value
}

function isTime(value: string): boolean {
  return !Number.isNaN(Date.parse(value))
}
