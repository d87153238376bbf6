import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from '../storage/storage-error.ts'

export type CopyResult = {
  /** Bytes of the copy now. */
  bytes: number
  /** `same`: nothing was to be done. `begun` and `replaced`: read the copy from its beginning. */
  change: 'same' | 'begun' | 'grown' | 'replaced'
  /** The number of the copy that was kept aside, when one was. */
  version: number | null
}

const chunkBytes = 1024 * 1024
/** Larger files are compared at their beginning, their end and some places between. */
const wholeCompareBytes = 8 * 1024 * 1024
const sampleBytes = 64 * 1024
const samples = 32

/**
 * Brings a copy up to what its original holds, and never harms it: what the original adds is appended; when the original
 * became shorter the copy stays; when it was rewritten the copy so far is kept as `<copy>.v1` (and on), and a new one takes its
 * place. Cut off anywhere, there is a whole copy, old or new; `syncCopies` makes that hold for a power cut too. Throws what the
 * system says, such as ENOENT or ENOSPC.
 */
export async function updateCopy(original: string, copy: string): Promise<CopyResult> {
  const had = await sizeOf(copy)
  if (had === null) return { ...(await copyWhole(original, copy, false)), change: 'begun' }
  const source = await open(original, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const { size } = await source.stat()
    if (!(await beginsAlike(source, copy, Math.min(size, had)))) {
      return { ...(await copyWhole(original, copy, true)), change: 'replaced' }
    }
    if (size <= had) return { bytes: had, change: 'same', version: null }
    return { bytes: await append(source, copy, had, size), change: 'grown', version: null }
  } finally {
    await source.close()
  }
}

/** Waits until copies are on the disk; many together take hardly longer than one. */
export async function syncCopies(paths: readonly string[]): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const file = await open(path, 'r+')
      try {
        await file.datasync()
      } finally {
        await file.close()
      }
    }),
  )
}

/** Takes away what an end in the middle of a copy has left behind. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  for (const name of names) if (/\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { force: true })
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

/** A snapshot where the file system can make one. */
async function copyWhole(original: string, copy: string, keepOld: boolean): Promise<Omit<CopyResult, 'change'>> {
  const temporary = `${copy}.${randomBytes(6).toString('hex')}.tmp`
  await mkdir(dirname(copy), { recursive: true, mode: 0o700 })
  try {
    await copyFile(original, temporary, constants.COPYFILE_FICLONE)
    await chmod(temporary, 0o600)
    const { size: bytes } = await stat(temporary)
    const version = keepOld ? await keep(copy) : null
    await rename(temporary, copy)
    return { bytes, version }
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw thrown
  }
}

/** Where the file system has links, there is no moment in which the copy is under neither name. */
async function keep(copy: string): Promise<number> {
  for (let version = 1; ; version += 1) {
    const as = `${copy}.v${version}`
    if ((await sizeOf(as)) !== null) continue
    try {
      await link(copy, as)
    } catch (thrown) {
      if (systemCode(thrown) === 'EEXIST') continue
      await rename(copy, as)
    }
    return version
  }
}

async function append(source: FileHandle, copy: string, from: number, to: number): Promise<number> {
  const file = await open(copy, 'r+')
  let position = from
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - from))
    while (position < to) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, to - position), position)
      if (bytesRead === 0) break
      for (let written = 0; written < bytesRead;) {
        written += (await file.write(buffer, written, bytesRead - written, position + written)).bytesWritten
      }
      position += bytesRead
    }
    return position
  } catch (thrown) {
    await file.truncate(from).catch(() => {})
    throw thrown
  } finally {
    await file.close()
  }
}

async function beginsAlike(source: FileHandle, copy: string, bytes: number): Promise<boolean> {
  const file = await open(copy, 'r')
  try {
    for (const { offset, length } of placesToCompare(bytes)) {
      const [left, right] = await Promise.all([readAt(source, offset, length), readAt(file, offset, length)])
      if (!left.equals(right)) return false
    }
    return true
  } finally {
    await file.close()
  }
}

function* placesToCompare(bytes: number): Generator<{ offset: number; length: number }> {
  if (bytes <= wholeCompareBytes) {
    for (let offset = 0; offset < bytes; offset += chunkBytes) yield { offset, length: Math.min(chunkBytes, bytes - offset) }
    return
  }
  for (let index = 0; index < samples; index += 1) {
    yield { offset: Math.floor(((bytes - chunkBytes) / samples) * index), length: sampleBytes }
  }
  yield { offset: bytes - chunkBytes, length: chunkBytes }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}
