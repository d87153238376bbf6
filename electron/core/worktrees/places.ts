import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'

/** Whether `path` is `folder` or lies in it, links resolved as far as they are there. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  return liesIn(await real(path), await real(folder))
}

/** The same by the words alone. */
export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** The path with its links resolved; what is not there stands as it was written. */
export async function real(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const above = dirname(path)
    return above === path ? path : join(await real(above), basename(path))
  }
}
