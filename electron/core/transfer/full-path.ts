import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'

/** A path that a user wrote, as the system takes it; `~` is the user's own folder. Throws BAD_REQUEST for one that begins nowhere. */
export function fullPath(path: string): string {
  const expanded = path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path
  if (isAbsolute(expanded) && !expanded.includes('\0')) return resolve(expanded)
  const message = `“${path.slice(0, 200)}” is not a full path. Start it with ${homedir()} or ~.`
  throw new AppError('BAD_REQUEST', message, { data: { field: 'path' } })
}
