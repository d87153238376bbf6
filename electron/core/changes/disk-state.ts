import { createHash } from 'node:crypto'
import { createReadStream, type BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { sep } from 'node:path'
import type { TreePath } from '../../../shared/domain/changes.ts'
import { diskPath } from '../git/tree-path.ts'
import type { TreeEntry } from '../snapshots/snapshot.ts'
import { systemCode } from '../storage/storage-error.ts'
import { linkMode } from './file-step.ts'

/** A place on the disk; bytes where its name is no text. */
export type DiskPath = string | Buffer

/**
 * What is at a path: nothing, a file or link, a folder, something else (`special`), or nobody can say (`blocked`: one of its folders is a link or no
 * folder; `unreadable`).
 */
export type DiskState =
  | { kind: 'nothing' | 'folder' | 'special' | 'blocked' | 'unreadable' }
  | { kind: 'entry'; entry: TreeEntry; stats: BigIntStats }

/** Larger ones are in no snapshot. */
const mostBytes = 256n * 1024n * 1024n

/**
 * What is at a path of a folder. Nothing is followed: neither a link at its end nor one on the way there. `like`: an object whose kind of name
 * (SHA-1 or SHA-256) is wanted.
 */
export async function stateAt(folder: string, path: TreePath, like: string): Promise<DiskState> {
  const place = diskPath(folder, path)
  if (!(await leadsThere(folder, place))) return { kind: 'blocked' }
  try {
    return await lookAt(place, like)
  } catch (thrown) {
    const code = systemCode(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'nothing' }
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'unreadable' }
    throw thrown
  }
}

/** Whether something is still the very file that was looked at. */
export async function isStill(place: DiskPath, stats: BigIntStats): Promise<boolean> {
  const now = await lstat(place, { bigint: true }).catch(() => null)
  return now !== null && now.ino === stats.ino && now.size === stats.size && now.mtimeNs === stats.mtimeNs && now.ctimeNs === stats.ctimeNs
}

/** What is at a place, whose folders are not looked at. Throws what the system does, such as ENOENT. */
export async function lookAt(place: DiskPath, like: string): Promise<DiskState> {
  const stats = await lstat(place, { bigint: true })
  if (stats.isDirectory()) return { kind: 'folder' }
  if (stats.isSymbolicLink()) {
    const target = await readlink(place, { encoding: 'buffer' })
    return { kind: 'entry', entry: { mode: linkMode, object: objectOf(target, like) }, stats }
  }
  if (!stats.isFile()) return { kind: 'special' }
  const object = stats.size > mostBytes ? 'too large' : await hashOf(place, stats.size, like)
  return { kind: 'entry', entry: { mode: modeOf(stats.mode), object }, stats }
}

/** Windows has no such mode: all files are as they were said to be. */
function modeOf(mode: bigint): string {
  return process.platform !== 'win32' && (mode & 0o100n) !== 0n ? '100755' : '100644'
}

/** The name that git gives to bytes. */
function objectOf(bytes: Buffer, like: string): string {
  return hash(bytes.length, like).update(bytes).digest('hex')
}

async function hashOf(place: DiskPath, size: bigint, like: string): Promise<string> {
  const sum = hash(size, like)
  for await (const chunk of createReadStream(place)) if (Buffer.isBuffer(chunk)) sum.update(chunk)
  return sum.digest('hex')
}

function hash(size: bigint | number, like: string) {
  return createHash(like.length === 64 ? 'sha256' : 'sha1').update(`blob ${size}\0`)
}

/** Whether all folders on the way are real ones, as far as they are there. */
async function leadsThere(folder: string, place: DiskPath): Promise<boolean> {
  for (const parent of foldersBetween(folder, place)) {
    const stats = await lstat(parent).catch((thrown: unknown) => {
      if (systemCode(thrown) === 'ENOENT') return null
      throw thrown
    })
    if (stats === null) return true
    if (!stats.isDirectory()) return false
  }
  return true
}

/** The folders between a folder and a place below it, the outermost first; neither of the two. */
export function foldersBetween(folder: string, place: DiskPath): DiskPath[] {
  const bytes = Buffer.from(place)
  const root = Buffer.byteLength(folder.endsWith(sep) ? folder : `${folder}${sep}`)
  const folders: DiskPath[] = []
  for (let at = bytes.indexOf(sep, root); at >= 0; at = bytes.indexOf(sep, at + 1)) {
    const part = bytes.subarray(0, at)
    folders.push(typeof place === 'string' ? part.toString() : part)
  }
  return folders
}
