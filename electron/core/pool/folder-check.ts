import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { AppError, type ErrorData } from '../../../shared/app-error.ts'

/** An absolute path of a folder that can be listed and entered; `~` is the user's home. Throws what is wrong with it, at `field`. */
export async function checkFolder(path: string, field: 'cwd' | 'addDirs' = 'cwd'): Promise<string> {
  const data = { field }
  const expanded = expandHome(path)
  if (!isAbsolute(expanded)) throw new AppError('BAD_REQUEST', `“${path}” is not a full path. Start it with ${homedir()} or ~.`, { data })
  const folder = resolve(expanded)
  const info = await stat(folder).catch((cause: unknown) => {
    throw statError(folder, data, cause)
  })
  if (!info.isDirectory()) throw new AppError('FOLDER_NOT_DIRECTORY', `${folder} is a file. Choose the folder it is in.`, { data })
  try {
    await access(folder, constants.R_OK | constants.X_OK)
    await readdir(folder, { recursive: false })
  } catch (cause) {
    throw unreadable(folder, data, cause)
  }
  return folder
}

export function expandHome(path: string): string {
  if (path === '~') return homedir()
  return path.startsWith('~/') || path.startsWith('~\\') ? join(homedir(), path.slice(2)) : path
}

function statError(folder: string, data: ErrorData, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  if (code === 'EACCES' || code === 'EPERM') return unreadable(folder, data, cause)
  return new AppError('FOLDER_MISSING', `There is no folder ${folder}. Create it first, or choose another.`, {
    data,
    cause,
  })
}

function unreadable(folder: string, data: ErrorData, cause: unknown): AppError {
  return new AppError('FOLDER_UNREADABLE', `${folder} can’t be read. Change its permissions, or choose another folder.`, {
    data,
    cause,
  })
}
