import { copyFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Copies the index of a repository, without its lock; answers a mark that is another one as soon as the index is, or null where there is none. The copy
 * is as old as the index: git takes a file that was changed right after the index was written for unchanged otherwise.
 */
export async function copyIndex(gitDir: string, place: string): Promise<string | null> {
  const source = join(gitDir, 'index')
  const found = await markOf(source)
  await rm(place, { force: true })
  if (found === null) return null
  await copyFile(source, place)
  const seconds = Math.floor(found.mtimeMs / 1_000)
  await utimes(place, seconds, seconds)
  return found.mark
}

/** The mark of an index as it is, see `copyIndex`. */
export async function indexMark(gitDir: string): Promise<string | null> {
  return (await markOf(join(gitDir, 'index')))?.mark ?? null
}

async function markOf(path: string): Promise<{ mark: string; mtimeMs: number } | null> {
  const found = await stat(path).catch(() => null)
  return found && { mark: `${found.mtimeMs} ${found.size} ${found.ino}`, mtimeMs: found.mtimeMs }
}
