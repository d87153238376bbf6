import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'

/** A repository as its files say; git itself need not be there. */
export type Repository = {
  /** The folder of the work tree; null for a bare one. */
  root: string | null
  /** Its own data: that of the work tree where it is a linked one. */
  gitDir: string
  /** What all its work trees share. */
  commonDir: string
  /** A linked work tree: another folder holds the main one. */
  isWorktree: boolean
}

/**
 * The repository that a folder is in, looked for upwards as git does; null where there is none, or the folder is not there. Links are followed
 * first, so the root is the real one.
 */
export async function repositoryOf(folder: string): Promise<Repository | null> {
  let at: string
  try {
    at = await realpath(folder)
  } catch {
    return null
  }
  for (;;) {
    const gitDir = await gitDirOf(join(at, '.git'))
    if (gitDir !== null) return withCommon(at, gitDir)
    if (await isGitDir(at)) return withCommon(null, at)
    const parent = dirname(at)
    if (parent === at) return null
    at = parent
  }
}

async function withCommon(root: string | null, gitDir: string): Promise<Repository> {
  const common = await firstLine(join(gitDir, 'commondir'))
  const commonDir = common === null ? gitDir : resolve(gitDir, common)
  return { root, gitDir, commonDir, isWorktree: common !== null }
}

/** `.git` is a folder, or a file that says where the folder is. */
async function gitDirOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  if (found.isDirectory()) return (await isGitDir(path)) ? path : null
  const target = found.isFile() ? /^gitdir: (.+)$/.exec((await firstLine(path)) ?? '')?.[1] : undefined
  if (target === undefined) return null
  const gitDir = isAbsolute(target) ? target : resolve(dirname(path), target)
  return (await isGitDir(gitDir)) ? gitDir : null
}

async function isGitDir(path: string): Promise<boolean> {
  const [head, objects, refs, common] = await Promise.all(
    ['HEAD', 'objects', 'refs', 'commondir'].map((name) => stat(join(path, name)).catch(() => null)),
  )
  return head?.isFile() === true && (common?.isFile() === true || (objects?.isDirectory() === true && refs?.isDirectory() === true))
}

async function firstLine(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n[^]*$/, '')
  } catch {
    return null
  }
}
