import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packedCopy } from './copy-files.ts'
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
 * system says, such as ENOENT or ENOSPC. For a thread that has nothing else to do: it waits for the disk.
 */
export function updateCopy(original: string, copy: string): CopyResult {
  const had = sizeOf(copy)
  if (had === null) return { ...copyWhole(original, copy, false), change: 'begun' }
  const source = openSync(original, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const { size } = fstatSync(source)
    if (!beginsAlike(source, copy, Math.min(size, had))) return { ...copyWhole(original, copy, true), change: 'replaced' }
    if (size <= had) return { bytes: had, change: 'same', version: null }
    return { bytes: append(source, copy, had, size), change: 'grown', version: null }
  } finally {
    closeSync(source)
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

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}

/** A snapshot where the file system can make one. */
function copyWhole(original: string, copy: string, keepOld: boolean): Omit<CopyResult, 'change'> {
  const temporary = `${copy}.${randomBytes(6).toString('hex')}.tmp`
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
  try {
    copyFileSync(original, temporary, constants.COPYFILE_FICLONE)
    chmodSync(temporary, 0o600)
    const { size } = statSync(temporary)
    const version = keepOld ? keep(copy) : null
    renameSync(temporary, copy)
    return { bytes: size, version }
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  }
}

/** Where the file system has links, there is no moment in which the copy is under neither name. */
function keep(copy: string): number {
  for (let version = 1; ; version += 1) {
    const as = `${copy}.v${version}`
    if (sizeOf(as) !== null || sizeOf(packedCopy(as)) !== null) continue
    try {
      linkSync(copy, as)
    } catch (thrown) {
      if (systemCode(thrown) === 'EEXIST') continue
      renameSync(copy, as)
    }
    return version
  }
}

function append(source: number, copy: string, from: number, to: number): number {
  const file = openSync(copy, 'r+')
  let position = from
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - from))
    while (position < to) {
      const read = readSync(source, buffer, 0, Math.min(buffer.length, to - position), position)
      if (read === 0) break
      for (let written = 0; written < read;) written += writeSync(file, buffer, written, read - written, position + written)
      position += read
    }
    return position
  } catch (thrown) {
    takeBack(file, from)
    throw thrown
  } finally {
    closeSync(file)
  }
}

/** What cannot be taken back is what the original says, so it does no harm. */
function takeBack(file: number, to: number): void {
  try {
    ftruncateSync(file, to)
  } catch {
    // The disk is worse off than full; the failed write says so.
  }
}

function beginsAlike(source: number, copy: string, bytes: number): boolean {
  const file = openSync(copy, 'r')
  try {
    for (const { offset, length } of placesToCompare(bytes)) {
      if (!readAt(source, offset, length).equals(readAt(file, offset, length))) return false
    }
    return true
  } finally {
    closeSync(file)
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

function readAt(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const read = readSync(file, buffer, done, length - done, offset + done)
    if (read === 0) break
    done += read
  }
  return buffer.subarray(0, done)
}
