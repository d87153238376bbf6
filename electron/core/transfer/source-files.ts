import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync, type Dirent, type Stats } from 'node:fs'
import { Readable } from 'node:stream'
import * as yauzl from 'yauzl'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { breathe } from '../storage/breathe.ts'
import { ReadWatch } from './read-watch.ts'

const chunkBytes = 256 * 1024

/**
 * Files that lie anywhere, also on a drive that never answers. They are read by this thread itself: a read that hangs must not take
 * one of the few places that the whole app has for its own files.
 */
export class SourceFiles {
  readonly #watch: ReadWatch

  constructor(watch = new ReadWatch()) {
    this.#watch = watch
  }

  /** Undefined where there is none. */
  stat(path: string): Stats | undefined {
    return this.#during(() => statSync(path, { throwIfNoEntry: false }))
  }

  list(path: string): Dirent[] {
    return this.#during(() => readdirSync(path, { withFileTypes: true }))
  }

  /** The first bytes, at most so many. */
  start(path: string, bytes: number): Buffer {
    const file = this.open(path)
    try {
      const buffer = Buffer.alloc(bytes)
      return buffer.subarray(0, this.readAt(file, buffer, 0))
    } finally {
      closeSync(file)
    }
  }

  /** All bytes; the thread does what else waits in between. */
  async *bytes(path: string): AsyncGenerator<Buffer, void, void> {
    const file = this.open(path)
    try {
      for (let position = 0; ;) {
        const buffer = Buffer.allocUnsafe(chunkBytes)
        const length = this.readAt(file, buffer, position)
        if (length === 0) return
        position += length
        yield buffer.subarray(0, length)
        await breathe()
      }
    } finally {
      closeSync(file)
    }
  }

  /** Throws BAD_REQUEST for what is no file: pipes and devices have no end. */
  open(path: string): number {
    const file = this.#during(() => openSync(path, 'r'))
    if (fstatSync(file).isFile()) return file
    closeSync(file)
    throw new AppError('BAD_REQUEST', 'It is not a file.')
  }

  readAt(file: number, buffer: Buffer, position: number): number {
    return this.#during(() => readSync(file, buffer, 0, buffer.length, position))
  }

  /** What the system says is about the source, never about our own files. */
  #during<T>(read: () => T): T {
    try {
      return this.#watch.during(read)
    } catch (thrown) {
      throw toAppError(thrown)
    }
  }
}

/** A zip that is read by this thread itself. */
export class ZipReader extends yauzl.RandomAccessReader {
  readonly #files: SourceFiles
  readonly #file: number

  constructor(files: SourceFiles, path: string) {
    super()
    this.#files = files
    this.#file = files.open(path)
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false })
  }

  override close(callback: (error: Error | null) => void): void {
    closeSync(this.#file)
    callback(null)
  }

  async *#range(start: number, end: number): AsyncGenerator<Buffer, void, void> {
    for (let position = start; position < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - position))
      const length = this.#files.readAt(this.#file, buffer, position)
      if (length === 0) throw new Error('unexpected EOF')
      position += length
      yield buffer.subarray(0, length)
      await breathe()
    }
  }
}
