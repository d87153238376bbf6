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
  SECRET_MISSING: 422,
  KEY_STORE_MISSING: 422,
  APPROVAL_GONE: 410,
  TASK_GONE: 410,
  FREEZE_UNSUPPORTED: 422,
  GIT_MISSING: 422,
  GIT_FAILED: 422,
  NOT_A_REPOSITORY: 422,
  FOLDER_BUSY: 409,
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
  const fault = thrown instanceof Error ? systemFault(thrown) : null
  if (fault) return new AppError(fault.code, fault.message, { cause: thrown })
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return new AppError(
    'INTERNAL',
    `Something went wrong inside Bullpen: ${detail}. Try again; if it stays, the log in the data folder says more.`,
    {
      cause: thrown,
    },
  )
}

/** True where it was not thrown for the user: the log should have what has happened. */
export function isUnforeseen(thrown: unknown): boolean {
  return !(thrown instanceof AppError) || thrown.code === 'INTERNAL'
}

type Fault = { code: ErrorCode; message: string }
const systemSchema = z.object({ code: z.string(), syscall: z.string(), path: z.string().default('A file') })
const databaseSchema = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.number() })
const diskFull: Fault = { code: 'DISK_FULL', message: 'The disk is full. Free some space, then try again; nothing that was saved is lost.' }
const readOnly: Fault = { code: 'DATA_FOLDER_READONLY', message: 'The data folder cannot be written. Make it writable, then try again.' }

/** What a failed call of the system about a file, or of a database, means to the user; null for any other fault. */
function systemFault(thrown: Error): Fault | null {
  const ofDatabase = databaseSchema.safeParse(thrown)
  if (ofDatabase.success) return databaseFault(ofDatabase.data.errcode & 0xff)
  const ofSystem = systemSchema.safeParse(thrown)
  if (!ofSystem.success || ofSystem.data.syscall.startsWith('spawn')) return null
  const { code, path } = ofSystem.data
  switch (code) {
    case 'ENOTDIR':
      return {
        code: 'STATE_CONFLICT',
        message: `${path} cannot be reached: part of that path is a file, not a folder. Move the file, or choose another place.`,
      }
    case 'ENOENT':
    case 'ESTALE':
      return { code: 'UNAVAILABLE', message: `${path} is no longer there: it was moved or deleted meanwhile. Put it back, then try again.` }
    case 'EACCES':
    case 'EPERM':
      return { code: 'FOLDER_UNREADABLE', message: `Bullpen has no permission to use ${path}. Change its permissions, then try again.` }
    case 'EISDIR':
      return { code: 'STATE_CONFLICT', message: `${path} is a folder, but a file is expected there. Move the folder, then try again.` }
    case 'ENAMETOOLONG':
      return { code: 'BAD_REQUEST', message: 'That name is too long for this system. Use a shorter one.' }
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull
    case 'EROFS':
      return readOnly
    case 'EMFILE':
    case 'ENFILE':
      return { code: 'UNAVAILABLE', message: 'Too many files are open at once. Close other programs, or try again in a while.' }
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
    case 'EBUSY':
    case 'EREMOTEIO':
      return {
        code: 'UNAVAILABLE',
        message: `${path} could not be read or written (${code}). Check the disk it is on, then try again.`,
      }
    default:
      return null
  }
}

/** By the primary code of SQLite. */
function databaseFault(code: number): Fault | null {
  if (code === 13) return diskFull
  if (code === 8) return readOnly
  if (code !== 10 && code !== 14) return null
  const message = 'A database in the data folder could not be opened. Check that you can read and write the folder, then try again.'
  return { code: 'UNAVAILABLE', message }
}
