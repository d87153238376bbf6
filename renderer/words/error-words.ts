import { ORPCError } from '@orpc/client'
import { isErrorCode, type ErrorCode } from '../../shared/app-error.ts'

const lost = 'Bullpen is unreachable. What you wrote is kept; try again once it’s connected.'

/** What the user should read about a failed call. */
export function errorWords(thrown: unknown): string {
  return thrown instanceof ORPCError && isErrorCode(thrown.code) ? thrown.message : lost
}

/** The stable code of a failed call; null when the call did not get through. */
export function errorCode(thrown: unknown): ErrorCode | null {
  return thrown instanceof ORPCError && isErrorCode(thrown.code) ? thrown.code : null
}

/** The facts that a failed call came with. */
export function errorData(thrown: unknown): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof ORPCError)) return {}
  const data: unknown = thrown.data
  return typeof data === 'object' && data !== null ? { ...data } : {}
}

/** The field of the input that the failure is about, where it is about one. */
export function errorField(thrown: unknown): string | null {
  const { field } = errorData(thrown)
  return typeof field === 'string' ? field : null
}

/** A call whose failure has the sentence that the user should read as its message. */
export async function readable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (thrown) {
    throw new Error(errorWords(thrown), { cause: thrown })
  }
}
