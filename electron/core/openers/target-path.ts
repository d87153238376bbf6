import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { Target } from './command-line.ts'

/**
 * What is to be opened. A path that is not absolute lies in the first of `folders` that has it, and must not lead out of them, neither by
 * `..` nor by a link; an absolute one may be anywhere, since whoever asks has named it. Files and folders only. Throws NOT_FOUND, FORBIDDEN
 * and BAD_REQUEST.
 */
export async function targetOf(folders: readonly string[], given: string | undefined, line: number | null): Promise<Target> {
  const wanted = given ?? folders[0]
  if (wanted === undefined)
    throw new AppError('NOT_FOUND', 'There is no folder to open yet. Choose a conversation or instance that has one, or give a whole path.')
  if (wanted.includes('\0')) throw new AppError('BAD_REQUEST', 'A path cannot have a zero byte in it.')
  const places = path.isAbsolute(wanted) ? [path.normalize(wanted)] : folders.map((folder) => path.resolve(folder, wanted))
  for (const place of places) {
    const kind = await kindOf(place)
    if (kind === null) continue
    if (!path.isAbsolute(wanted)) await checkWithin(place, folders)
    if (kind === 'other') throw new AppError('BAD_REQUEST', `${place} is neither a file nor a folder, so there is nothing to open.`)
    return kind === 'folder' ? { file: place, folder: place, line: null } : { file: place, folder: path.dirname(place), line }
  }
  throw new AppError('NOT_FOUND', `${places[0] ?? wanted} is not there. It may have been moved or deleted.`)
}

async function kindOf(place: string): Promise<'file' | 'folder' | 'other' | null> {
  try {
    const found = await stat(place)
    if (found.isDirectory()) return 'folder'
    return found.isFile() ? 'file' : 'other'
  } catch {
    return null
  }
}

async function checkWithin(place: string, folders: readonly string[]): Promise<void> {
  const real = await realpath(place)
  for (const folder of folders) {
    const relative = path.relative(await realpath(folder).catch(() => folder), real)
    if (relative === '' || (!path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..')) return
  }
  throw new AppError('FORBIDDEN', `That path leads out of the folder, to ${real}. Give the whole path to open it all the same.`)
}
