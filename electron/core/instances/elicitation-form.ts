import { z } from 'zod'

/** The plain fields that a form of an MCP server may have (Model Context Protocol, elicitation). */
const fieldSchema = z.object({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array']).catch('string'),
  title: z.string().optional().catch(undefined),
  enum: z.array(z.string()).optional().catch(undefined),
  minLength: z.number().optional().catch(undefined),
  maxLength: z.number().optional().catch(undefined),
  minimum: z.number().optional().catch(undefined),
  maximum: z.number().optional().catch(undefined),
})
type Field = z.infer<typeof fieldSchema>

const formSchema = z.object({
  properties: z.record(z.string(), fieldSchema).default({}),
  required: z.array(z.string()).default([]),
})

export type FormFault = { field: string; message: string }

/**
 * The first thing that is wrong with a form's values; null when nothing is. Checked before it is sent, since a server
 * that does not like a value fails its tool (measured with Claude Code 2.1.329).
 */
export function formFault(requestedSchema: Record<string, unknown> | undefined, content: Record<string, unknown>): FormFault | null {
  const form = formSchema.safeParse(requestedSchema ?? {}).data
  if (!form) return null
  for (const name of form.required) {
    if (content[name] === undefined || content[name] === '')
      return { field: name, message: `Fill in ${labelOf(name, form.properties[name])}.` }
  }
  for (const [name, value] of Object.entries(content)) {
    const field = form.properties[name]
    const fault = field ? valueFault(field, value) : 'is not a field of this form'
    if (fault) return { field: name, message: `${labelOf(name, field)} ${fault}.` }
  }
  return null
}

function labelOf(name: string, field: Field | undefined): string {
  return field?.title ?? name
}

function valueFault(field: Field, value: unknown): string | null {
  if (field.type === 'boolean') return typeof value === 'boolean' ? null : 'is yes or no (true or false)'
  if (field.type === 'array') return Array.isArray(value) && value.every((one) => typeof one === 'string') ? null : 'is a list of texts'
  return field.type === 'string' ? textFault(field, value) : numberFault(field, value)
}

function numberFault({ type, minimum, maximum }: Field, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'is a number'
  if (type === 'integer' && !Number.isInteger(value)) return 'is a whole number'
  if (minimum !== undefined && value < minimum) return `is at least ${minimum}`
  return maximum !== undefined && value > maximum ? `is at most ${maximum}` : null
}

function textFault({ enum: choices, minLength, maxLength }: Field, value: unknown): string | null {
  if (typeof value !== 'string') return 'is a text'
  if (choices && !choices.includes(value)) return `is one of ${choices.slice(0, 20).join(', ')}`
  if (minLength !== undefined && value.length < minLength) return `needs at least ${minLength} characters`
  return maxLength !== undefined && value.length > maxLength ? `has at most ${maxLength} characters` : null
}
