import { createHash, randomBytes, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, utimes, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { AppError } from '../../../shared/app-error.ts'
import { syncFolder } from './atomic-file.ts'
import { toStorageError } from './storage-error.ts'

/**
 * Makes the compressed copy of a file. When it resolves the copy is on the disk under its name and was read back byte for
 * byte; when it throws there is none. The original stays. Throws DISK_FULL or DATA_FOLDER_READONLY.
 */
export async function compressFile(from: string, to: string): Promise<void> {
  await copyInto(from, to, async (temporary) => {
    const wanted = createHash('sha256')
    const file = await open(temporary, 'wx', 0o600)
    try {
      await pipeline(createReadStream(from), passing(wanted), createGzip(), into(file))
      await file.sync()
    } finally {
      await file.close()
    }
    if ((await expandedHash(temporary)) !== wanted.digest('hex')) throw notTheSame(from)
  })
}

/**
 * Makes the expanded copy of a compressed file, complete and on the disk when it resolves, absent when it throws. Of a
 * damaged one it takes what can be read, and then answers false. The original stays. Throws as `compressFile`.
 */
export async function expandFile(from: string, to: string): Promise<boolean> {
  let isWhole = true
  await copyInto(from, to, async (temporary) => {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await pipeline(createReadStream(from), createGunzip(), into(file)).catch((thrown: unknown) => {
        if (!isDamage(thrown)) throw thrown
        isWhole = false
      })
      await file.sync()
    } finally {
      await file.close()
    }
  })
  return isWhole
}

/** True when a compressed file is whole and a plain one begins with all that it holds. */
export async function holdsAllOf(plain: string, compressed: string): Promise<boolean> {
  const held = createHash('sha256')
  let length = 0
  try {
    await pipeline(
      createReadStream(compressed),
      createGunzip(),
      passing(held, (bytes) => (length += bytes)),
      sink(),
    )
  } catch {
    return false
  }
  const own = createHash('sha256')
  let read = 0
  if (length > 0)
    await pipeline(
      createReadStream(plain, { end: length - 1 }),
      passing(own, (bytes) => (read += bytes)),
      sink(),
    )
  return read === length && own.digest('hex') === held.digest('hex')
}

/** Beside its place first, so that nothing under the final name is ever half. It keeps the time of the original. */
async function copyInto(from: string, to: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${to}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await write(temporary)
    await keepTime(from, temporary)
    await rename(temporary, to)
    await syncFolder(dirname(to))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw isDamage(thrown) ? notTheSame(from, thrown) : toStorageError(thrown, to)
  }
}

async function keepTime(from: string, to: string): Promise<void> {
  const file = await open(from, 'r')
  try {
    const { atime, mtime } = await file.stat()
    await utimes(to, atime, mtime)
  } finally {
    await file.close()
  }
}

async function expandedHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), createGunzip(), passing(hash), sink())
  return hash.digest('hex')
}

function passing(hash: Hash, count?: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      count?.(chunk.length)
      done(null, chunk)
    },
  })
}

/** Into an open file, which stays open: it is yet to be flushed to the disk. */
function into(file: FileHandle): (source: AsyncIterable<Uint8Array>) => Promise<void> {
  return async (source) => {
    for await (const chunk of source) await file.writeFile(chunk)
  }
}

function sink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

function isDamage(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && thrown.code.startsWith('Z_')
}

function notTheSame(path: string, cause?: unknown): AppError {
  return new AppError(
    'INTERNAL',
    `The copy of ${path} was not the same, so it was thrown away. The file stays as it is; look at its disk.`,
    {
      cause,
    },
  )
}
