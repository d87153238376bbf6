import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../storage/storage-error.ts'

/**
 * Puts a copy where the original was. The file appears with its whole content or not at all, and what is there already is never
 * touched: then it answers false. This is the only write that Bullpen makes in Claude Code's folders. Throws what the system says.
 */
export async function putBack(copy: string, original: string): Promise<boolean> {
  await mkdir(dirname(original), { recursive: true, mode: 0o700 })
  const temporary = `${original}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await copyFile(copy, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    await flush(temporary)
    return await appear(temporary, original)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function appear(temporary: string, original: string): Promise<boolean> {
  try {
    await link(temporary, original)
    return true
  } catch (thrown) {
    const code = systemCode(thrown) ?? ''
    if (code === 'EEXIST') return false
    // For file systems without links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw thrown
    return copyFile(temporary, original, constants.COPYFILE_EXCL).then(
      () => true,
      (reason: unknown) => {
        if (systemCode(reason) === 'EEXIST') return false
        throw reason
      },
    )
  }
}

/** Also gives it the time of now: Claude Code would delete it again at once for its old one. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const now = new Date()
    await file.utimes(now, now)
    await file.datasync()
  } finally {
    await file.close()
  }
}
