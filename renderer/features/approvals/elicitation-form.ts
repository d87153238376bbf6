import { z } from 'zod'

/** The plain fields that a form of an MCP server may have; anything else is asked as a text. */
const fieldSchema = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean']).catch('string'),
  title: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  enum: z.array(z.string()).optional().catch(undefined),
  default: z.union([z.string(), z.number(), z.boolean()]).optional().catch(undefined),
})
const schema = z.object({
  properties: z.record(z.string(), fieldSchema).catch({}),
  required: z.array(z.string()).catch([]),
})

export type FormField = z.infer<typeof fieldSchema> & { name: string; label: string; required: boolean }
export type FormValues = Readonly<Record<string, string | boolean>>

/** The fields of a form, in the server's order. */
export function fieldsOf(requestedSchema: Record<string, unknown> | undefined): FormField[] {
  const { properties, required } = schema.safeParse(requestedSchema ?? {}).data ?? { properties: {}, required: [] }
  return Object.entries(properties).map(([name, field]) => ({
    ...field,
    name,
    label: field.title ?? name,
    required: required.includes(name),
  }))
}

/** What the form shows at first: the server's defaults. */
export function initialValues(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(
    fields.map(({ name, type, default: first }) => [name, type === 'boolean' ? first === true : first === undefined ? '' : String(first)]),
  )
}

/** Whether a field that has to be filled in is empty. */
export function isMissing({ name, required, type }: FormField, values: FormValues): boolean {
  return required && type !== 'boolean' && String(values[name] ?? '').trim() === ''
}

/** The values as they are sent: empty ones are left out, numbers are numbers. */
export function contentOf(fields: readonly FormField[], values: FormValues): Record<string, unknown> {
  const content: Record<string, unknown> = {}
  for (const { name, type } of fields) {
    const value = values[name]
    if (value === undefined || value === '') continue
    content[name] = typeof value === 'string' && (type === 'number' || type === 'integer') ? Number(value) : value
  }
  return content
}
