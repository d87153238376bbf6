import { open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Project } from '../../../shared/domain/project.ts'

/** A pointer of git's is one short line. */
const longestPointer = 8_192

/**
 * The project of a folder, read from the files that git keeps, so that it is the same without `git`. Links are followed; a folder that is
 * gone is a project by itself, unless it lay inside of a repository that is there.
 */
export async function projectOf(folder: string): Promise<Project> {
  const start = isAbsolute(folder) ? await realpath(folder).catch(() => resolve(folder)) : folder
  const repository = isAbsolute(folder) ? await repositoryOf(start) : null
  const root = repository ?? start
  return { folder, root, name: basename(root).replace(/(.)\.git$/, '$1') || root, isRepository: repository !== null }
}

async function repositoryOf(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await rootAt(at)
    if (found !== null) return found
    if (dirname(at) === at) return null
  }
}

/** The main folder of the repository whose `.git` lies here; null where none does. */
async function rootAt(folder: string): Promise<string | null> {
  const entry = join(folder, '.git')
  const found = await stat(entry).catch(() => null)
  if (found?.isDirectory()) return (await isFile(join(entry, 'HEAD'))) ? folder : null
  if (!found?.isFile()) return null
  const pointer = /^gitdir: (.+?)[\r\n]*$/.exec(await pointerIn(entry))?.[1]
  if (pointer === undefined) return null
  const gitFolder = resolve(folder, pointer)
  const common = (await pointerIn(join(gitFolder, 'commondir'))).replace(/[\r\n]+$/, '')
  // Without one it is a submodule, or a repository whose `.git` lies elsewhere.
  if (common === '') return folder
  const shared = resolve(gitFolder, common)
  const real = await realpath(shared).catch(() => shared)
  return basename(real) === '.git' ? dirname(real) : real
}

/** What a small file says; empty where it cannot be read. */
async function pointerIn(path: string): Promise<string> {
  if (!(await isFile(path))) return ''
  const file = await open(path).catch(() => null)
  if (!file) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestPointer), 0, longestPointer, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file.close()
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}
