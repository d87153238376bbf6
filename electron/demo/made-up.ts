import { z } from 'zod'

/** A JSON Schema, as far as it is looked at. */
export const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  $ref: z.string().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
})
type Schema = z.infer<typeof jsonSchema>
type Place = { root: unknown; name: string; index: number; depth: number }

const deepest = 12

/** Something that fits a JSON Schema, the same each time. Patterns and formats are left to chance. */
export function madeUp(schema: unknown): unknown {
  return valueFor(schema, { root: schema, name: 'text', index: 0, depth: 0 })
}

function valueFor(raw: unknown, place: Place): unknown {
  const schema = jsonSchema.safeParse(raw).data
  if (!schema || place.depth > deepest) return null
  const deeper = { ...place, depth: place.depth + 1 }
  if (schema.$ref !== undefined) return valueFor(partOf(place.root, schema.$ref), deeper)
  if (schema.const !== undefined) return schema.const
  if (schema.enum && schema.enum.length > 0) return schema.enum[place.index % schema.enum.length]
  const [choice] = schema.anyOf ?? schema.oneOf ?? []
  if (choice !== undefined) return valueFor(choice, deeper)
  if (schema.allOf) return valueFor(Object.assign({}, schema, { allOf: undefined }, ...schema.allOf), deeper)
  return ofType(schema, deeper)
}

function ofType(schema: Schema, place: Place): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  const { minimum = 1, maximum = Number.MAX_SAFE_INTEGER } = schema
  if (type === 'object' || (type === undefined && schema.properties)) return objectFor(schema, place)
  if (type === 'array') {
    const count = Math.min(Math.max(2, schema.minItems ?? 0), schema.maxItems ?? 50)
    return Array.from({ length: count }, (_, index) => valueFor(schema.items ?? { type: 'string' }, { ...place, index }))
  }
  if (type === 'integer' || type === 'number') return Math.min(maximum, minimum + place.index)
  if (type === 'boolean') return true
  if (type === 'null') return null
  const words = `${place.name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()} ${place.index + 1}`
  return words.padEnd(schema.minLength ?? 0, '.').slice(0, schema.maxLength)
}

/** What is required, and what the schema names besides. */
function objectFor({ properties = {}, required = [] }: Schema, place: Place): Record<string, unknown> {
  const names = new Set([...required, ...(required.length === 0 ? Object.keys(properties) : [])])
  const value = (name: string) => valueFor(properties[name] ?? { type: 'string' }, { ...place, name, index: place.index })
  return Object.fromEntries([...names].map((name) => [name, value(name)]))
}

const fields = z.record(z.string(), z.unknown())

/** A part that a schema refers to within itself: `#/$defs/file`. */
function partOf(root: unknown, reference: string): unknown {
  const path = reference.replace(/^#\/?/, '').split('/')
  return path.reduce<unknown>((value, name) => (name === '' ? value : fields.safeParse(value).data?.[name]), root)
}
