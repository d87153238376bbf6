import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { instanceReferences } from '../../../shared/domain/common.ts'
import { nearestOf } from '../../../shared/nearest.ts'

type Schema = z.core.$ZodType
type Shape = Readonly<Record<string, Schema>>
type Fields = Readonly<Record<string, unknown>>

/** The id of the instance that a name means. `at` is the field that it stands in. Throws NOT_FOUND or BAD_REQUEST. */
export type FindInstance = (name: string, at: string) => string

/**
 * What a caller sent, made ready for its schema: every field is one that the call knows, at any depth, and instances that are called by
 * name (`@name`, or a field `instance` where `instanceId` is taken) have their id. What does not fit otherwise is left to the schema.
 * Throws BAD_REQUEST that names the field and the nearest known one.
 */
export function strictInput(schema: Schema | undefined, input: unknown, find: FindInstance): unknown {
  if (schema !== undefined) return read(schema, input, [], find)
  if (isFields(input)) for (const [name, value] of Object.entries(input)) if (value !== undefined) throw unknownField([], name, [])
  return input
}

/** The fields of an object that a caller may send, in the order of the schema; none for any other schema. */
export function fieldsOf(schema: Schema | undefined): string[] {
  const inner = schema === undefined ? undefined : unwrapped(schema)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape).flatMap((name) => [name, ...(aliasOf(inner.shape, name) ?? [])]) : []
}

export function unknownField(path: readonly string[], name: string, known: readonly string[]): AppError {
  const field = [...path, name.slice(0, 200)].join('.')
  const nearest = nearestOf(name, known)
  const advice =
    nearest === null
      ? known.length === 0
        ? 'It takes no fields there: leave it out.'
        : `Known are: ${known.slice(0, 40).join(', ')}.`
      : `Did you mean “${nearest}”? Known are: ${known.slice(0, 40).join(', ')}.`
  return new AppError('BAD_REQUEST', `This call does not know “${field}”. ${advice} Nothing was done.`, { data: { field, nearest } })
}

function read(schema: Schema, value: unknown, path: readonly string[], find: FindInstance): unknown {
  if (instanceReferences.has(schema)) return typeof value === 'string' && value.startsWith('@') ? find(value, path.join('.')) : value
  const inner = step(schema)
  if (inner !== null) return read(inner, value, path, find)
  if (schema instanceof z.ZodUnion) return read(fitting(schema.options, value), value, path, find)
  if (schema instanceof z.ZodObject && isFields(value)) return readObject(schema, value, path, find)
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const { element } = schema
    return value.map((item: unknown, index) => read(element, item, [...path, String(index)], find))
  }
  if (schema instanceof z.ZodRecord && isFields(value)) {
    const { valueType } = schema
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(valueType, item, [...path, key], find)]))
  }
  return value
}

function readObject(schema: z.ZodObject, value: Fields, path: readonly string[], find: FindInstance): Fields {
  const shape: Shape = schema.shape
  const taken: [string, unknown][] = []
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue
    const own = Object.hasOwn(shape, name) ? shape[name] : undefined
    const named = own === undefined && isAlias(name, shape[`${name}Id`])
    if (own !== undefined) taken.push([name, read(own, item, [...path, name], find)])
    else if (named) taken.push([`${name}Id`, byName(name, item, value, path, find)])
    else throw unknownField(path, name, fieldsOf(schema))
  }
  return Object.fromEntries(taken)
}

/** `instance: "name"`, with or without `@`. Null stands for none, as in `instanceId`. */
function byName(name: string, item: unknown, value: Fields, path: readonly string[], find: FindInstance): unknown {
  const field = [...path, name].join('.')
  if (value[`${name}Id`] !== undefined)
    throw new AppError('BAD_REQUEST', `“${field}” and “${field}Id” mean the same. Send only one.`, {
      data: { field, nearest: `${name}Id` },
    })
  if (item === null) return null
  if (typeof item !== 'string') throw new AppError('BAD_REQUEST', `${field}: Enter the name of an instance.`, { data: { field } })
  return find(item, field)
}

/** The short form of a field that takes an instance's id: `instance` for `instanceId`. */
function aliasOf(shape: Shape, name: string): string[] | null {
  const short = /^(.*[iI]nstance)Id$/.exec(name)?.[1]
  return short !== undefined && isAlias(short, shape[name]) ? [short] : null
}

function isAlias(short: string, schema: Schema | undefined): boolean {
  return /[iI]nstance$/.test(short) && schema !== undefined && takesInstance(schema)
}

function takesInstance(schema: Schema): boolean {
  const inner = unwrapped(schema)
  return instanceReferences.has(inner) || (inner instanceof z.ZodUnion && inner.options.some(takesInstance))
}

function unwrapped(schema: Schema): Schema {
  const inner = step(schema)
  return inner === null ? schema : unwrapped(inner)
}

/** What stands inside of a schema that adds nothing to the shape; null for one that is a shape itself. */
function step(schema: Schema): Schema | null {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch
  )
    return schema.def.innerType
  if (schema instanceof z.ZodPipe) return schema.def.in instanceof z.ZodTransform ? schema.def.out : schema.def.in
  return schema instanceof z.ZodLazy ? schema.def.getter() : null
}

/** The alternative that is meant: the one of that kind, and of several objects the one that knows most of the fields. */
function fitting(options: readonly Schema[], value: unknown): Schema {
  const scored = options.map((option) => ({ option, score: scoreOf(unwrapped(option), value) }))
  return scored.toSorted((a, b) => b.score - a.score)[0]?.option ?? z.unknown()
}

function scoreOf(schema: Schema, value: unknown): number {
  if (schema instanceof z.ZodArray) return Array.isArray(value) ? 2 : 0
  if (schema instanceof z.ZodUnion) return Math.max(0, ...schema.options.map((option) => scoreOf(unwrapped(option), value)))
  if (!(schema instanceof z.ZodObject)) return z.safeParse(schema, value).success ? 1 : 0
  if (!isFields(value)) return 0
  const shape: Shape = schema.shape
  const names = Object.keys(value).filter((name) => Object.hasOwn(shape, name))
  const right = names.filter((name) => {
    const own = shape[name]
    return own instanceof z.ZodLiteral && own.safeParse(value[name]).success
  })
  return 1 + names.length + 100 * right.length
}

/** Parsers of addresses and bodies make their objects in their own ways: what is no list, file or time is one of fields. */
function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Blob) && !(value instanceof Date)
}
