import type { AnyProcedure } from '@orpc/server'
import { z } from 'zod'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { nearestOf } from '../../../shared/nearest.ts'
import { isNestedTooDeep, mostNesting } from '../../../shared/nesting.ts'
import type { ApiContext } from './context.ts'
import { fieldsOf, strictInput, unknownField } from './strict-input.ts'
import { toWire } from './typed-errors.ts'

type Call = { input: unknown; context: ApiContext; procedure: AnyProcedure }

/**
 * What every door does with a call before it is reached: what is nested too deep is refused, and so are fields and parameters that it does
 * not know; instances that are called by name have their id. To be given to each handler of the contract as a client interceptor. Throws
 * what the door sends.
 */
export function checkedInput(call: Call): unknown {
  try {
    return inputOf(call)
  } catch (thrown) {
    throw toWire(toAppError(thrown))
  }
}

function inputOf({ input, context, procedure }: Call): unknown {
  if (isNestedTooDeep(input))
    throw new AppError('BAD_REQUEST', `What was sent is nested more than ${mostNesting} deep. Make it flatter. Nothing was done.`)
  const schema: unknown = procedure['~orpc'].inputSchema
  const zod = schema instanceof z.ZodType ? schema : undefined
  for (const name of context.strayParameters ?? []) throw strayParameter(name, fieldsOf(zod))
  return strictInput(zod, input, (name, at) => instanceNamed(context, name, at))
}

/** A parameter in the address of a call that takes its fields in the body. */
function strayParameter(name: string, known: readonly string[]): AppError {
  if (!known.includes(name)) return unknownField([], name, known)
  return new AppError('BAD_REQUEST', `“${name}” stands in the address, but this call takes it in the body, as JSON. Nothing was done.`, {
    data: { field: name, nearest: name },
  })
}

/** Throws NOT_FOUND with the name that is most like it, BAD_REQUEST when several have it. */
function instanceNamed({ core }: ApiContext, reference: string, field: string): string {
  const all = core.pool.instances.list()
  const name = reference.replace(/^@/, '').trim()
  const exact = all.filter((one) => one.name === name)
  const found = exact.length > 0 ? exact : all.filter((one) => one.name.toLowerCase() === name.toLowerCase())
  const [first, ...others] = found
  if (first && others.length === 0) return first.id
  if (first)
    throw new AppError(
      'BAD_REQUEST',
      `${found.length} instances are named ${name}: ${found.map(({ id }) => id).join(', ')}. Give the id.`,
      {
        data: { field, ids: found.map(({ id }) => id) },
      },
    )
  const byId = all.find(({ id }) => id === reference)
  if (byId) return byId.id
  const names = all.map((one) => one.name)
  const nearest = nearestOf(name, names)
  const advice = nearest === null ? `There are: ${names.slice(0, 20).join(', ') || 'none'}.` : `Did you mean “${nearest}”?`
  throw new AppError('NOT_FOUND', `There is no instance named “${name.slice(0, 200)}”. ${advice}`, { data: { field, nearest } })
}
