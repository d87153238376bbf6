import { chmod, chown, link, lstat, mkdir, open, rename, rmdir, symlink, unlink } from 'node:fs/promises'
import { sep } from 'node:path'
import { systemCode } from '../storage/storage-error.ts'
import type { DiskPath } from './disk-state.ts'

/** The system allows no change there. */
const refused: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ETXTBSY', 'EBUSY'])

export function isRefused(thrown: unknown): boolean {
  return refused.has(systemCode(thrown) ?? '')
}

/** Writes a new file that is on the disk when this resolves. */
export async function writeNew(place: DiskPath, bytes: Uint8Array, mode: number): Promise<void> {
  const file = await open(place, 'wx', mode)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a link that leads where these bytes say. */
export async function linkNew(place: DiskPath, target: Uint8Array): Promise<void> {
  await symlink(Buffer.from(target), place)
}

/** Gives a file the owner of the one that it takes the place of, and a mode unless it has that already, as far as the system allows. */
export async function ownAs(place: DiskPath, { uid, gid, mode }: { uid: bigint; gid: bigint; mode: bigint | null }): Promise<void> {
  if (process.platform !== 'win32') await chown(place, Number(uid), Number(gid)).catch(() => {})
  if (mode !== null) await chmod(place, Number(mode & 0o7777n)).catch(() => {})
}

/** A mode with or without the right to run the file, as git gives it: for those who may read it. */
export function withRun(mode: bigint, runs: boolean): bigint {
  return runs ? mode | ((mode & 0o444n) >> 2n) : mode & ~0o111n
}

/** Gives a file its name where nothing has it yet; false where something has. */
export async function appear(temporary: DiskPath, place: DiskPath): Promise<boolean> {
  try {
    await link(temporary, place)
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    // Links to links, and disks that know none.
    if ((await lstat(place).catch(() => null)) !== null) return false
    await rename(temporary, place)
    return true
  }
  await unlink(temporary)
  return true
}

/** Removes a folder that is empty; false for any other. */
export async function removeEmpty(folder: DiskPath): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  )
}

export async function makeFolders(folder: DiskPath): Promise<void> {
  await mkdir(folder, { recursive: true })
}

/** A place beside another one, within the same folder. */
export function beside(folder: DiskPath, name: string): DiskPath {
  return typeof folder === 'string' ? `${folder}${sep}${name}` : Buffer.concat([folder, Buffer.from(`${sep}${name}`)])
}

/** The folder that holds a place. */
export function parentOf(place: DiskPath): DiskPath {
  const bytes = Buffer.from(place)
  const parent = bytes.subarray(0, bytes.lastIndexOf(sep))
  return typeof place === 'string' ? parent.toString() : parent
}
