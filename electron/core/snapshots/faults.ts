import { AppError, toAppError } from '../../../shared/app-error.ts'
import { toStorageError } from '../storage/storage-error.ts'

const broken =
  /corrupt|bad (?:index|signature|object|tree)|index file|invalid object|missing|not a (?:git repository|tree object)|unable to read|malformed|error building trees/i
const full = /no space left|disk quota|not enough space/i

/** Whether git cannot read its own files any more. */
export function isBroken(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'GIT_FAILED' && broken.test(thrown.message) && !full.test(thrown.message)
}

/** Whether the folder is more than can be looked at in time. */
export function isTooMuch(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.code === 'TOO_LARGE' || (thrown.code === 'GIT_FAILED' && /took longer/.test(thrown.message)))
}

/** What kept a snapshot from being taken, for the user. */
export function toSnapshotError(thrown: unknown, place: string): AppError {
  if (!(thrown instanceof AppError)) return toStorageError(thrown, place)
  const { code, message } = thrown
  if (full.test(message) && code === 'GIT_FAILED')
    return new AppError(
      'DISK_FULL',
      'The disk is full, so no snapshot of the files was taken. Free some space; the conversation continues.',
      { cause: thrown },
    )
  if (code === 'TOO_LARGE') return new AppError('UNAVAILABLE', message, { cause: thrown })
  if (isTooMuch(thrown))
    return new AppError('UNAVAILABLE', 'This folder takes too long to look at, so no snapshots of it are taken for half an hour.', {
      cause: thrown,
    })
  return toAppError(thrown)
}
