import { constants } from 'node:fs'
import { cp, lstat, mkdir, opendir } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { isWithin } from './places.ts'
import type { RepoGit } from './repo-git.ts'

export type NotCopied = { path: string; reason: string }

const mostFiles = 50_000
const mostBytes = 2_000_000_000
const mostMatches = 2_000
const mostTold = 50

/** Throws BAD_REQUEST for what leads out of the repository. */
export function checkCopied(paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const parts = normalize(path).split(/[\\/]/)
    if (!isAbsolute(path) && !/^[A-Za-z]:/.test(path) && !parts.includes('..') && !parts.includes('.git') && !path.includes('\0')) continue
    const message = `“${path}” is not a path inside the repository. Write it from the top of the repository, for example .env or config/local.json.`
    throw new AppError('BAD_REQUEST', message, { data: { field: `worktree.copy.${index}` } })
  }
}

/**
 * Copies what git ignores from one worktree of a repository into another: files, folders, or what fits a pattern; links stay links, and
 * nothing is written outside of `to` or over what is there. Answers what was not copied, with the reason.
 */
export async function copyIgnored(git: RepoGit, from: string, to: string, wanted: readonly string[]): Promise<NotCopied[]> {
  const left: NotCopied[] = []
  const room = { files: mostFiles, bytes: mostBytes }
  for (const pattern of wanted) {
    const { paths, reason } = await fitting(git, from, pattern)
    if (reason !== null) left.push({ path: pattern, reason })
    for (const path of paths) {
      const why = await copyOne(from, to, path, room)
      if (why !== null) left.push({ path, reason: why })
    }
  }
  return left.slice(0, mostTold)
}

async function fitting(git: RepoGit, from: string, pattern: string): Promise<{ paths: string[]; reason: string | null }> {
  if (!/[*?[\]]/.test(pattern)) {
    const path = normalize(pattern).replace(/[\\/]+$/, '')
    if ((await lstat(join(from, path)).catch(() => null)) === null) return { paths: [], reason: 'It isn’t there.' }
    const { code } = await git.reply(from, ['check-ignore', '--quiet', '--', path.split(sep).join('/')])
    return code === 0 ? { paths: [path], reason: null } : { paths: [], reason: 'Git doesn’t ignore it.' }
  }
  const asked = ['ls-files', '--others', '--ignored', '--exclude-standard', '-z', '--', `:(glob)${pattern}`]
  const { code, out } = await git.reply(from, asked)
  const found = code === 0 ? out.split('\0').filter((path) => path !== '') : []
  if (found.length === 0) return { paths: [], reason: 'Nothing that git ignores matches it.' }
  if (found.length > mostMatches) return { paths: [], reason: `More than ${mostMatches} files match it. Name their folder instead.` }
  return { paths: found.map((path) => path.split('/').join(sep)), reason: null }
}

/** Null once it is copied, else why it was not. */
async function copyOne(from: string, to: string, path: string, room: { files: number; bytes: number }): Promise<string | null> {
  const source = join(from, path)
  const target = join(to, path)
  try {
    if (!(await isWithin(dirname(source), from)) || !(await isWithin(dirname(target), to)))
      return 'A link on its way leads out of the repository.'
    if ((await lstat(target).catch(() => null)) !== null) return 'The worktree has one already.'
    if (!(await fits(source, room))) return 'It is too large to copy. Use a setup command.'
    await mkdir(dirname(target), { recursive: true })
    await cp(source, target, {
      recursive: true,
      errorOnExist: true,
      force: false,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      mode: constants.COPYFILE_FICLONE,
      // Worktrees and repositories within belong to where they are.
      filter: (entry) => !entry.endsWith(`${sep}.git`),
    })
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.slice(0, 300) : 'It could not be copied.'
  }
}

/** Takes what it needs of the room; false where that is not enough. */
async function fits(path: string, room: { files: number; bytes: number }): Promise<boolean> {
  const info = await lstat(path)
  room.files -= 1
  room.bytes -= info.isFile() ? info.size : 0
  if (room.files < 0 || room.bytes < 0) return false
  if (!info.isDirectory()) return true
  for await (const entry of await opendir(path)) if (!(await fits(join(path, entry.name), room))) return false
  return true
}
