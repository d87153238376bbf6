import { oc } from '@orpc/contract'
import { errorDataSchema, errorStatus, type ErrorCode } from '../app-error.ts'

type ErrorEntry = { status: number; data: ReturnType<typeof errorDataSchema.optional> }

const data = errorDataSchema.optional()

function entry(code: ErrorCode): ErrorEntry {
  return { status: errorStatus[code], data }
}

/** Every call starts here: it can fail with any of our typed errors. */
export const call = oc.errors({
  BAD_REQUEST: entry('BAD_REQUEST'),
  UNAUTHORIZED: entry('UNAUTHORIZED'),
  FORBIDDEN: entry('FORBIDDEN'),
  NOT_FOUND: entry('NOT_FOUND'),
  FOLDER_MISSING: entry('FOLDER_MISSING'),
  FOLDER_NOT_DIRECTORY: entry('FOLDER_NOT_DIRECTORY'),
  FOLDER_UNREADABLE: entry('FOLDER_UNREADABLE'),
  NAME_TAKEN: entry('NAME_TAKEN'),
  CLAUDE_MISSING: entry('CLAUDE_MISSING'),
  CLAUDE_NOT_EXECUTABLE: entry('CLAUDE_NOT_EXECUTABLE'),
  CLAUDE_TOO_OLD: entry('CLAUDE_TOO_OLD'),
  CLAUDE_EXITED: entry('CLAUDE_EXITED'),
  CLAUDE_START_TIMEOUT: entry('CLAUDE_START_TIMEOUT'),
  NOT_LOGGED_IN: entry('NOT_LOGGED_IN'),
  STATE_CONFLICT: entry('STATE_CONFLICT'),
  INSTANCE_FAILED: entry('INSTANCE_FAILED'),
  CONVERSATION_ARCHIVED: entry('CONVERSATION_ARCHIVED'),
  CONVERSATION_BUSY: entry('CONVERSATION_BUSY'),
  SESSION_IN_USE: entry('SESSION_IN_USE'),
  SESSION_GONE: entry('SESSION_GONE'),
  SECRET_MISSING: entry('SECRET_MISSING'),
  KEY_STORE_MISSING: entry('KEY_STORE_MISSING'),
  APPROVAL_GONE: entry('APPROVAL_GONE'),
  TASK_GONE: entry('TASK_GONE'),
  FREEZE_UNSUPPORTED: entry('FREEZE_UNSUPPORTED'),
  GIT_MISSING: entry('GIT_MISSING'),
  GIT_FAILED: entry('GIT_FAILED'),
  NOT_A_REPOSITORY: entry('NOT_A_REPOSITORY'),
  FOLDER_BUSY: entry('FOLDER_BUSY'),
  LIMIT_REACHED: entry('LIMIT_REACHED'),
  TOO_LARGE: entry('TOO_LARGE'),
  DISK_FULL: entry('DISK_FULL'),
  DATA_FOLDER_READONLY: entry('DATA_FOLDER_READONLY'),
  DATA_FOLDER_MISSING: entry('DATA_FOLDER_MISSING'),
  DATA_FOLDER_IN_USE: entry('DATA_FOLDER_IN_USE'),
  PORT_TAKEN: entry('PORT_TAKEN'),
  UNAVAILABLE: entry('UNAVAILABLE'),
  INTERNAL: entry('INTERNAL'),
} satisfies Record<ErrorCode, ErrorEntry>)
