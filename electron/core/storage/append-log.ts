import { constants } from 'node:fs'
import { appendFile, open, type FileHandle } from 'node:fs/promises'
import { AppError } from '../../../shared/app-error.ts'
import { systemCode, toStorageError } from './storage-error.ts'

/** Where a line lies in its file, without its line end. */
export type LinePlace = { offset: number; length: number }

type Waiting = { bytes: Buffer; sync: boolean; resolve: (place: LinePlace) => void; reject: (reason: unknown) => void }

const newline = 0x0a
const chunkBytes = 64 * 1024

/**
 * A file that only grows, line by line. Lines that arrive while a write is under way go out together, with one
 * fdatasync for all of them that asked for it.
 */
export class AppendLog {
  readonly #path: string
  #handle: FileHandle | null = null
  /** The same file, where a write is on the disk when it returns. */
  #through: FileHandle | null = null
  #size = 0
  /** So much of it is known to be on the disk. */
  #synced = 0
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null
  #closed = false

  constructor(path: string) {
    this.#path = path
  }

  /** True while a line waits to be written. */
  get busy(): boolean {
    return this.#writing !== null
  }

  /**
   * Appends a line that holds no line end. Resolves once the system has it, with `sync` once the disk has it.
   * Throws DISK_FULL, DATA_FOLDER_READONLY or DATA_FOLDER_MISSING, and then nothing of the line is left in the file.
   */
  append(line: string, options: { sync: boolean }): Promise<LinePlace> {
    if (this.#closed) return Promise.reject(new Error(`${this.#path} is closed.`))
    const { promise, resolve, reject } = Promise.withResolvers<LinePlace>()
    this.#waiting.push({ bytes: Buffer.from(`${line}\n`), sync: options.sync, resolve, reject })
    this.#writing ??= this.#writeAll()
    return promise
  }

  /** Waits for what is under way, then closes the file. Later appends are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#writing
    const handles = [this.#handle, this.#through]
    this.#handle = null
    this.#through = null
    for (const handle of handles) await handle?.close()
  }

  async #writeAll(): Promise<void> {
    // What is appended in the same turn of the event loop is written at once.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      await this.#writeBatch(batch)
    }
    this.#writing = null
  }

  async #writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const handle = (this.#handle ??= await this.#open())
      const bytes = Buffer.concat(batch.map((line) => line.bytes))
      if (batch.some(({ sync }) => sync)) await this.#writeSynced(handle, bytes)
      else await this.#write(handle, bytes)
      let offset = this.#size
      for (const { bytes, resolve } of batch) {
        resolve({ offset, length: bytes.length - 1 })
        offset += bytes.length
      }
      this.#size = offset
    } catch (thrown) {
      await this.#handle?.truncate(this.#size).catch(() => {})
      const error = toStorageError(thrown, this.#path)
      for (const { reject } of batch) reject(error)
    }
  }

  /** What is done at the same time is waited for once: on a busy machine each wait costs more than the disk. */
  async #writeSynced(handle: FileHandle, bytes: Buffer): Promise<void> {
    const end = this.#size + bytes.length
    const seen = handle.stat()
    seen.catch(() => {})
    await this.#writeThrough(handle, bytes)
    const { nlink } = await seen
    // Deleted while it was open: what is written has no name any more and is gone with the process.
    if (nlink === 0) throw deleted(this.#path)
    this.#synced = end
  }

  async #writeThrough(handle: FileHandle, bytes: Buffer): Promise<void> {
    // That syncs nothing that was written before.
    const through = this.#synced === this.#size ? (this.#through ??= await openThrough(handle)) : null
    if (through) return this.#write(through, bytes)
    await this.#write(handle, bytes)
    await handle.datasync()
  }

  async #write(handle: FileHandle, bytes: Buffer): Promise<void> {
    let done = 0
    while (done < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, this.#size + done)
      done += bytesWritten
    }
  }

  async #open(): Promise<FileHandle> {
    const handle = await openForAppend(this.#path)
    try {
      this.#size = await wholeSize(handle, this.#path)
      return handle
    } catch (thrown) {
      await handle.close()
      throw thrown
    }
  }
}

/**
 * The size of the file once its last line is whole. A line that was torn off by a crash, which nobody was told of, is
 * cut and kept beside as `<file>.torn`; one that lacks its line end alone gets it.
 */
async function wholeSize(handle: FileHandle, path: string): Promise<number> {
  const { size } = await handle.stat()
  const tail = await lastLine(handle, size)
  if (tail.length === 0) return size
  if (isJson(tail)) {
    await handle.write(Buffer.of(newline), 0, 1, size)
    return size + 1
  }
  await appendFile(`${path}.torn`, Buffer.concat([tail, Buffer.of(newline)]), { mode: 0o600 })
  await handle.truncate(size - tail.length)
  return size - tail.length
}

function deleted(path: string): AppError {
  return new AppError(
    'DATA_FOLDER_MISSING',
    `${path} was deleted while Bullpen was using it, so nothing can be saved there. Put it back, or quit Bullpen and start it again.`,
  )
}

/** What follows the last line end. */
async function lastLine(handle: FileHandle, size: number): Promise<Buffer> {
  let tail: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let start = size
  while (start > 0) {
    const length = Math.min(start, chunkBytes)
    start -= length
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start)
    const end = buffer.lastIndexOf(newline)
    tail = Buffer.concat([buffer.subarray(end + 1), tail])
    if (end >= 0) break
  }
  return tail
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}

/** Read and write at any place, made when missing; the flag `a+` would forbid to choose the place. */
async function openForAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (thrown) {
    if (systemCode(thrown) !== 'ENOENT') throw thrown
    return open(path, 'wx+', 0o600)
  }
}

/** The same file, wherever it lies by now; null where there is no such thing. Elsewhere the flag may leave lines in the disk's own memory. */
async function openThrough(handle: FileHandle): Promise<FileHandle | null> {
  if (process.platform !== 'linux') return null
  return open(`/proc/self/fd/${handle.fd}`, constants.O_WRONLY | constants.O_DSYNC).catch(() => null)
}
