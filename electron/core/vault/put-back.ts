import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { expandFile } from '../storage/gzip-file.ts'
import { readLines } from '../storage/read-lines.ts'
import { systemCode } from '../storage/storage-error.ts'

/** What is put back; `compressed`: it is gzip. `rename`: the session goes by another id there. */
export type Copy = { path: string; compressed: boolean; rename?: { from: string; to: string } }

/**
 * Puts a copy where the original was. The file appears with its whole content or not at all, and what is there already is never
 * touched: then it answers false. This is the only write that Bullpen makes in Claude Code's folders. Throws what the system says.
 */
export async function putBack(copy: Copy, original: string): Promise<boolean> {
  if (!copy.compressed && copy.rename === undefined) return place(copy.path, original)
  const ready = `${copy.path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await prepare(copy, ready)
    return await place(ready, original)
  } finally {
    await rm(ready, { force: true })
  }
}

/** Plain, and under its new id. */
async function prepare({ path, compressed, rename }: Copy, ready: string): Promise<void> {
  if (compressed && !(await expandFile(path, ready)))
    throw new AppError('INTERNAL', `The copy ${path} is damaged. Open the session as a conversation: it shows all that can be read.`)
  if (rename) await writeFileAtomic(ready, renamed(compressed ? ready : path, rename))
}

/** Within a string of JSON the quotes would be escaped, so this is the field and nothing that was said. */
async function* renamed(path: string, { from, to }: { from: string; to: string }): AsyncGenerator<string, void, void> {
  for await (const lines of readLines(path))
    yield lines.map(({ text }) => `${(text ?? '').replaceAll(`"sessionId":"${from}"`, `"sessionId":"${to}"`)}\n`).join('')
}

async function place(copy: string, original: string): Promise<boolean> {
  await mkdir(dirname(original), { recursive: true, mode: 0o700 })
  // Made ready on our side, so that an end in the middle leaves nothing in Claude Code's folder.
  const made = await appear(copy, copy, original)
  if (made !== 'elsewhere') return made
  const beside = await appear(copy, original, original)
  return beside === 'elsewhere' ? createInPlace(copy, original) : beside
}

/** `elsewhere`: the two places are not on one disk, or it has no links. */
async function appear(copy: string, near: string, original: string): Promise<boolean | 'elsewhere'> {
  const temporary = `${near}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await copyFile(copy, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    await freshen(temporary)
    await link(temporary, original)
    return true
  } catch (thrown) {
    const code = systemCode(thrown) ?? ''
    if (code === 'EEXIST') return false
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return 'elsewhere'
    throw thrown
  } finally {
    await rm(temporary, { force: true })
  }
}

async function createInPlace(copy: string, original: string): Promise<boolean> {
  try {
    await copyFile(copy, original, constants.COPYFILE_EXCL)
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

/** On the disk, and of the time of now: Claude Code would delete it again at once for its old one. */
async function freshen(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const now = new Date()
    await file.utimes(now, now)
    await file.datasync()
  } finally {
    await file.close()
  }
}
