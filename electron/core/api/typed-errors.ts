import { ORPCError, os, ValidationError } from '@orpc/server'
import { AppError, errorStatus, toAppError } from '../../../shared/app-error.ts'
import type { ApiContext } from './context.ts'

/** Every failure leaves as one of ours: a code, its status, and a sentence for the user. */
export const typedErrors = os.$context<ApiContext>().middleware(async ({ next, context }) => {
  try {
    return await next()
  } catch (thrown) {
    throw toTyped(thrown, context)
  }
})

function toTyped(thrown: unknown, { core }: ApiContext): ORPCError<string, unknown> {
  if (thrown instanceof ORPCError && !(thrown.cause instanceof ValidationError)) return thrown
  const error = thrown instanceof ORPCError ? ofValidation(thrown) : toAppError(thrown)
  if (error.code === 'INTERNAL') core.log.error({ err: error.cause ?? error }, 'a call failed')
  const { code, message, data } = error
  return new ORPCError(code, { defined: true, status: errorStatus[code], message, ...(data === undefined ? {} : { data }), cause: error })
}

/** Input that does not fit its schema names the first field and what is wrong with it. Output that does not is our fault. */
function ofValidation(error: ORPCError<string, unknown>): AppError {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return toAppError(error.cause ?? error)
  const [issue] = error.cause.issues
  const field = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  const what = issue?.message ?? 'It does not fit what this call takes.'
  const message = field === '' ? `The call cannot be read: ${what}` : `${field}: ${what}`
  return new AppError('BAD_REQUEST', message, { data: field === '' ? {} : { field }, cause: error })
}
