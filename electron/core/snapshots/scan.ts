import type { BigIntStats, Stats } from 'node:fs'
import { access, constants, lstat } from 'node:fs/promises'
import type { Uncovered } from '../../../shared/domain/changes.ts'
import { AppError } from '../../../shared/app-error.ts'
import { breathe } from '../storage/breathe.ts'
import { systemCode } from '../storage/storage-error.ts'
import { isKeptByGit, toTreePath } from '../git/tree-path.ts'
import { onDisk } from '../git/on-disk.ts'
import type { SeenMode } from './permissions.ts'
import type { Listed, StoreGit } from './store-git.ts'

/** From where on a file, or a folder, is too large for snapshots. */
export type ScanLimits = { fileBytes: number; files: number; bytes: number }

/** What is to be done so that what is known is what is there. */
export type Found = {
  add: Buffer[]
  /** Known, and to be known no more although something may be there. */
  remove: Buffer[]
  uncovered: Uncovered[]
  /** Of what is added. */
  bytes: number
  modes: SeenMode[]
}

const mostUncovered = 1_000
const atOnce = 64
const slash = 0x2f
const isWindows = process.platform === 'win32'
/** So many files that cannot be read are left out one by one. */
const tries = 50

/** Looks at what git has listed: what is a file or link of a size that is kept. Throws TOO_LARGE where the folder is larger than snapshots cover. */
export async function lookAt(folder: string, listed: readonly Listed[], limits: ScanLimits, readable: boolean): Promise<Found> {
  const found: Found = { add: [], remove: [], uncovered: [], bytes: 0, modes: [] }
  for (let at = 0; at < listed.length; at += atOnce) {
    const slice = listed.slice(at, at + atOnce)
    const looks = await Promise.all(slice.map((one) => lookAtOne(folder, one, limits.fileBytes, readable)))
    for (const [index, look] of looks.entries()) {
      const one = slice[index]
      if (one) take(found, one, look)
    }
    if (found.bytes > limits.bytes) throw tooLarge(`more than ${Math.round(limits.bytes / 1e9)} GB in its files`)
    if (at % (atOnce * 32) === 0) await breathe()
  }
  return found
}

/** Takes what was found, which `seen` is told of first, into the index; files that git cannot read (no permission, held by another program) are left as they were known. `changed`: how many. */
export async function takeUp(
  { store: git, limits, seen }: { store: StoreGit; limits: ScanLimits; seen: (found: Found) => Promise<void> },
  listed: readonly Listed[],
  signal: AbortSignal,
): Promise<{ uncovered: Uncovered[]; changed: number }> {
  const refused = new Map<string, Uncovered>()
  for (let round = 0; ; round += 1) {
    const found = await lookAt(git.folder, listed, limits, round > 0)
    await seen(found)
    const add = found.add.filter((path) => !refused.has(path.toString('utf8')))
    await git.remove(found.remove, signal)
    try {
      if (add.length > 0) await git.add(add, signal)
      return { uncovered: [...found.uncovered, ...refused.values()], changed: add.length + found.remove.length }
    } catch (thrown) {
      const path = refusedPath(thrown)
      if (path === null || round + 1 >= tries) throw thrown
      const bytes = add.find((one) => one.toString('utf8') === path)
      if (bytes) refused.set(path, { path: toTreePath(bytes), reason: 'unreadable' })
    }
  }
}

/** The file that git could not take up, as it complains of it; null for any other failure. */
function refusedPath(thrown: unknown): string | null {
  if (!(thrown instanceof AppError) || thrown.code !== 'GIT_FAILED') return null
  return /Unable to process path ([^]*)$/.exec(thrown.message)?.[1] ?? null
}

/** Folders that git could not look into, as it complains of them. */
export function unreadFolders(stderr: string): Uncovered[] {
  const names = [...stderr.matchAll(/could not open directory '([^\n]*)'/g)].map(([, name = '']) => name.replace(/\/$/, ''))
  return names.filter((name) => name !== '').map((path) => ({ path, reason: 'unreadable' as const }))
}

export function tooLarge(what: string): AppError {
  return new AppError(
    'TOO_LARGE',
    `This folder has ${what}, which is too much for snapshots. Start the instance in a smaller folder, or let git ignore what needs no snapshots.`,
  )
}

type Look = 'add' | 'remove' | Uncovered['reason'] | { add: number; mode: number | null; changedMs: number }

async function lookAtOne(folder: string, { path }: Listed, fileBytes: number, readable: boolean): Promise<Look> {
  if (!isKeptByGit(path.at(-1) === slash ? path.subarray(0, -1) : path)) return 'reserved'
  if (path.at(-1) === slash) return 'repository'
  const place = onDisk(folder, path)
  try {
    const stats = await lstat(place)
    const look = kindOf(stats, fileBytes)
    if (readable && typeof look === 'object' && stats.isFile()) await access(place, constants.R_OK)
    return look
  } catch (thrown) {
    const code = systemCode(thrown)
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'remove' : 'unreadable'
  }
}

function kindOf(stats: Stats | BigIntStats, fileBytes: number): Look {
  if (stats.isDirectory()) return 'remove'
  if (!stats.isFile() && !stats.isSymbolicLink()) return 'special'
  return stats.size > fileBytes
    ? 'large'
    : { add: Number(stats.size), mode: stats.isFile() && !isWindows ? Number(stats.mode) : null, changedMs: Number(stats.ctimeMs) }
}

function take(found: Found, { path, isNew }: Listed, look: Look): void {
  if (typeof look === 'object') {
    found.add.push(path)
    found.bytes += look.add
    if (look.mode !== null) found.modes.push({ path, mode: look.mode, changedMs: look.changedMs })
    return
  }
  // What cannot be read now is left as it was known.
  if (!isNew && look !== 'unreadable') found.remove.push(path)
  if (look === 'add' || look === 'remove' || found.uncovered.length >= mostUncovered) return
  const named = look === 'repository' ? path.subarray(0, -1) : path
  found.uncovered.push({ path: toTreePath(named), reason: look })
}
