import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { systemCode, toStorageError } from './storage-error.ts'

/**
 * Replaces a file in one step: a reader or a crash sees the old content or the new one, never a part.
 * `chunks` are written one after the other, so a large file does not have to be one string. Without `replace` a file that is
 * there stays. Throws DISK_FULL, DATA_FOLDER_READONLY, STATE_CONFLICT.
 */
export async function writeFileAtomic(
  path: string,
  chunks: string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  { replace = true }: { replace?: boolean } = {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      for await (const chunk of typeof chunks === 'string' ? [chunks] : chunks) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    if (replace) await takePlace(temporary, path)
    else await appear(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw toStorageError(thrown, path)
  }
}

/** Gives a file its name. A folder that stands in its place is of nobody's making here: it is put aside. */
async function takePlace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (thrown) {
    if (systemCode(thrown) !== 'EISDIR') throw thrown
    await rename(path, `${path}.damaged-${Date.now()}`)
    await rename(temporary, path)
  }
}

/** Gives a file its name unless another has it. Where a disk has no links, the name is looked up first. */
async function appear(temporary: string, path: string): Promise<void> {
  const taken = () => new AppError('STATE_CONFLICT', `There is a file ${path} already. Choose another name.`)
  try {
    await link(temporary, path)
    await rm(temporary, { force: true })
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST' || (await lstat(path).catch(() => null))) throw taken()
    await rename(temporary, path)
  }
}

/** Makes a new name in a folder survive a power cut. Windows has no such call and does it by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
