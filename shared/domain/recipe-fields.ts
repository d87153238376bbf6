import { z } from 'zod'
import { recipeSchema } from './recipe.ts'

type Shape = Readonly<Record<string, z.core.$ZodType>>
/** A way through maps and lists of a recipe. */
type RecipePath = readonly PropertyKey[]

/** The fields that may stand at a place of a recipe; none where the recipe says itself what they are called. */
export function fieldsAt(path: RecipePath): string[] {
  const last = schemaAt(path)
  return last instanceof z.ZodObject ? Object.keys(last.def.shape) : []
}

/** The only values that may stand at a place, where there are few. */
export function valuesAt(path: RecipePath): string[] {
  const last = schemaAt(path)
  if (last instanceof z.ZodBoolean) return ['true', 'false']
  return last instanceof z.ZodEnum ? last.options.map(String) : []
}

function schemaAt(path: RecipePath): z.core.$ZodType | null {
  let schema: z.core.$ZodType = bare(recipeSchema)
  for (const part of path) {
    if (schema instanceof z.ZodArray) schema = bare(schema.def.element)
    else if (schema instanceof z.ZodRecord) schema = bare(schema.def.valueType)
    else if (schema instanceof z.ZodObject) {
      const shape: Shape = schema.shape
      const next = shape[String(part)]
      if (next === undefined) return null
      schema = bare(next)
    } else return null
  }
  return schema
}

/** Without what makes it optional; of alternatives the one with fields. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return bare(schema.def.innerType)
  if (schema instanceof z.ZodUnion) {
    const object = schema.def.options.find((option) => bare(option) instanceof z.ZodObject)
    return object ? bare(object) : schema
  }
  return schema
}
