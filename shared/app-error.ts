import { z } from 'zod'

/**
 * Every failure a caller can act on, with the HTTP status it has at the REST door.
 * A code is stable for ever; the sentence beside it may be improved.
 */
export const errorStatus = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  FOLDER_MISSING: 422,
  FOLDER_NOT_DIRECTORY: 422,
  FOLDER_UNREADABLE: 422,
  NAME_TAKEN: 409,
  CLAUDE_MISSING: 422,
  CLAUDE_NOT_EXECUTABLE: 422,
  CLAUDE_TOO_OLD: 422,
  CLAUDE_EXITED: 502,
  CLAUDE_START_TIMEOUT: 504,
  NOT_LOGGED_IN: 401,
  STATE_CONFLICT: 409,
  INSTANCE_FAILED: 409,
  CONVERSATION_ARCHIVED: 409,
  CONVERSATION_BUSY: 409,
  SESSION_IN_USE: 409,
  SESSION_GONE: 410,
  APPROVAL_GONE: 410,
  TASK_GONE: 410,
  FREEZE_UNSUPPORTED: 422,
  LIMIT_REACHED: 429,
  TOO_LARGE: 413,
  DISK_FULL: 507,
  DATA_FOLDER_READONLY: 507,
  DATA_FOLDER_MISSING: 507,
  DATA_FOLDER_IN_USE: 409,
  PORT_TAKEN: 409,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} as const

export type ErrorCode = keyof typeof errorStatus

const codes = Object.keys(errorStatus)

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && codes.includes(value)
}

/** Small facts that travel with an error: what a retry or a screen needs, never free text for users. */
export const errorDataSchema = z.record(z.string(), z.unknown())
export type ErrorData = z.infer<typeof errorDataSchema>

/** An error as it is stored and sent: a stable code and a sentence that tells the user what to do next. */
export const errorInfoSchema = z.object({
  code: z.string(),
  message: z.string(),
  data: errorDataSchema.optional(),
})
export type ErrorInfo = z.infer<typeof errorInfoSchema>

/**
 * The one error type of the core. `message` is shown to the user as it stands, so it says what
 * happened and what to do next; `cause` keeps what was caught.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly data: ErrorData | undefined

  constructor(code: ErrorCode, message: string, options: { data?: ErrorData; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = options.data
  }

  /** The form that is stored and sent. */
  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, ...(this.data ? { data: this.data } : {}) }
  }
}

/** Turns anything thrown into an AppError, keeping the original as the cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new AppError(
    'INTERNAL',
    `Something went wrong inside Bullpen: ${detail}. Try again; if it stays, the log in the data folder says more.`,
    {
      cause: thrown,
    },
  )
}
