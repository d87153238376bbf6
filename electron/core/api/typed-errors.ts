import { ORPCError, os, ValidationError } from '@orpc/server'
import { z } from 'zod'
import { AppError, errorStatus, isErrorCode, isUnforeseen, toAppError } from '../../../shared/app-error.ts'
import type { ApiContext } from './context.ts'

/** Every failure leaves as one of ours: a code, its status, and a sentence for the user. */
export const typedErrors = os.$context<ApiContext>().middleware(async ({ next, context }) => {
  try {
    return await next()
  } catch (thrown) {
    throw toTyped(thrown, context)
  }
})

function toTyped(thrown: unknown, { core, retryAfter }: ApiContext): ORPCError<string, unknown> {
  if (isCallError(thrown) && !(thrown.cause instanceof ValidationError)) return withOwnCode(thrown)
  const error = isCallError(thrown) ? ofValidation(thrown) : toAppError(thrown)
  const seconds = error.data?.['retryAfterSeconds']
  if (typeof seconds === 'number') retryAfter?.(seconds)
  if (!isCallError(thrown) && isUnforeseen(thrown)) core.log.error({ err: error.cause ?? error }, 'a call failed')
  return toWire(error)
}

/** Whether it was thrown as an answer to the caller, by a call or by the library. */
export function isCallError(thrown: unknown): thrown is ORPCError<string, unknown> {
  return thrown instanceof ORPCError
}

/**
 * An error that is the library's own, with the code, status and sentence of ours that say the same: what it cannot find or do
 * at an address is NOT_FOUND, any other fault of the caller BAD_REQUEST. One that has a code of ours already stays as it is.
 */
export function withOwnCode(error: ORPCError<string, unknown>): ORPCError<string, unknown> {
  if (isErrorCode(error.code)) return error
  return toWire(ofLibrary(error))
}

function ofLibrary(error: ORPCError<string, unknown>): AppError {
  const { status, message } = error
  if (status === errorStatus.TOO_LARGE) return new AppError('TOO_LARGE', 'The request is too large. Send less.', { cause: error })
  if (status === 404 || status === 405)
    return new AppError('NOT_FOUND', `There is no such call: ${message}. GET /api/openapi.json lists all.`, { cause: error })
  if (status >= 400 && status < 500)
    return new AppError('BAD_REQUEST', `The call can’t be read: ${message}. Send JSON as GET /api/openapi.json describes it.`, {
      cause: error,
    })
  return toAppError(error)
}

/** The form in which a failure leaves through any door. */
export function toWire(error: AppError): ORPCError<string, unknown> {
  const { code, message, data } = error
  return new ORPCError(code, { defined: true, status: errorStatus[code], message, ...(data === undefined ? {} : { data }), cause: error })
}

/** Input that does not fit its schema names the first field and what is wrong with it. Output that does not is our fault. */
function ofValidation(error: ORPCError<string, unknown>): AppError {
  if (error.code !== 'BAD_REQUEST' || !(error.cause instanceof ValidationError)) return toAppError(error.cause ?? error)
  const [issue] = error.cause.issues
  const field = (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  const what = reasonOf(issue) ?? 'It isn’t what this call expects.'
  if (field !== '' && what.endsWith(' received undefined')) {
    const words = `“${field}” is missing. This call needs it; GET /api/openapi.json says what it is.`
    return new AppError('BAD_REQUEST', words, { data: { field }, cause: error })
  }
  const message = field === '' ? `The call can’t be read: ${what}` : `${field}: ${what}`
  return new AppError('BAD_REQUEST', message, { data: field === '' ? {} : { field }, cause: error })
}

const keySchema = z.object({ code: z.literal('invalid_key'), issues: z.array(z.object({ message: z.string() })).min(1) })

/** What is wrong; of a name among values, what is wrong with the name. */
function reasonOf(issue: { message: string } | undefined): string | undefined {
  const ofKey = keySchema.safeParse(issue).data?.issues[0]?.message
  return ofKey ?? issue?.message
}
