import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError, toAppError } from '../../../shared/app-error.ts'

/** The code of a failed system call, such as `ENOENT`; null for anything else. */
export function systemCode(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}

const ofDisk: ReadonlySet<string> = new Set(['DISK_FULL', 'DATA_FOLDER_READONLY', 'DATA_FOLDER_MISSING'])

/** Whether the disk took no more: the same may be written later. */
export function isOfDisk({ code }: AppError): boolean {
  return isCodeOfDisk(code)
}

export function isCodeOfDisk(code: string): boolean {
  return ofDisk.has(code)
}

const gone = 'A file is no longer there: it was moved or deleted meanwhile. Load the list again, then try again.'

/** What a failed write means to the user. */
export function toStorageError(thrown: unknown, path: string): AppError {
  const folder = dirname(path)
  switch (systemCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError(
        'DISK_FULL',
        `The disk that holds ${folder} is full. Free some space, then try again; nothing that was saved is lost.`,
        { cause: thrown },
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'DATA_FOLDER_READONLY',
        `Bullpen has no permission to write to ${folder}. Change its permissions, then try again.`,
        { cause: thrown },
      )
    case 'ENOENT':
      if (existsSync(folder)) return new AppError('NOT_FOUND', gone, { cause: thrown })
      return new AppError('DATA_FOLDER_MISSING', `The folder ${folder} is gone. Put it back, then try again.`, { cause: thrown })
    default:
      return toAppError(thrown)
  }
}
