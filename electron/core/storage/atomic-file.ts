import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { toStorageError } from './storage-error.ts'

/**
 * Replaces a file in one step: a reader or a crash sees the old content or the new one, never a part.
 * `chunks` are written one after the other, so a large file does not have to be one string. Throws DISK_FULL or DATA_FOLDER_READONLY.
 */
export async function writeFileAtomic(
  path: string,
  chunks: string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
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
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw toStorageError(thrown, path)
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
