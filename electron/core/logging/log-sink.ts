import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Lines that wait for the disk; what comes beyond is dropped and counted. */
const mostWaitingBytes = 1024 * 1024
const retryMs = 1_000
const closeMs = 1_000

/**
 * A log file that never holds anybody up: lines wait in memory for the disk, up to a bound, and a disk that takes none costs lines,
 * which are counted in the file once it takes some again. At `maxBytes` the file becomes `<path>.1`, in place of the one before.
 */
export class LogSink {
  readonly #path: string
  readonly #maxBytes: number
  #handle: FileHandle | null = null
  #size = 0
  #waiting: string[] = []
  #waitingBytes = 0
  #dropped = 0
  #writing: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null
  #closed = false

  constructor(path: string, maxBytes: number) {
    this.#path = path
    this.#maxBytes = maxBytes
  }

  /** Takes a line with its line end. Never throws, never waits. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line)
    if (this.#closed || this.#waitingBytes + bytes > mostWaitingBytes) {
      this.#dropped += 1
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += bytes
    if (this.#retry === null) this.#writing ??= this.#writeAll()
  }

  /** Writes what waits, for a second at most: a disk that takes nothing holds nobody up. Never throws. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#writing ??= this.#writeAll()
    const limit = Promise.withResolvers<void>()
    const timer = setTimeout(limit.resolve, closeMs)
    await Promise.race([this.#writing, limit.promise])
    clearTimeout(timer)
    const handle = this.#handle
    this.#handle = null
    await handle?.close().catch(() => {})
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#take()
      const bytes = Buffer.from(text)
      try {
        await this.#append(bytes)
      } catch {
        // Opened anew the next time: the file or its folder may be another one by then.
        await this.#handle?.close().catch(() => {})
        this.#handle = null
        this.#giveBack(text, bytes.length)
        break
      }
    }
    this.#writing = null
  }

  /** Everything that waits, with a word about what is missing before it. */
  #take(): string {
    const missing =
      this.#dropped > 0 ? `${JSON.stringify({ level: 40, time: Date.now(), msg: 'log lines were dropped', dropped: this.#dropped })}\n` : ''
    const text = missing + this.#waiting.join('')
    this.#waiting = []
    this.#waitingBytes = 0
    this.#dropped = 0
    return text
  }

  /** Tried again in a while; what came first is kept. */
  #giveBack(text: string, bytes: number): void {
    this.#waiting.unshift(text)
    this.#waitingBytes += bytes
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#writing ??= this.#writeAll()
    }, retryMs)
    this.#retry.unref()
  }

  async #append(bytes: Buffer): Promise<void> {
    if (this.#handle !== null && this.#size + bytes.length > this.#maxBytes) await this.#rotate()
    this.#handle ??= await this.#open(bytes.length)
    let done = 0
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done)
      this.#size += bytesWritten
      done += bytesWritten
    }
  }

  async #open(next: number): Promise<FileHandle> {
    // Its own folder alone: a data folder that was moved away is not made anew behind everybody's back.
    if (!existsSync(dirname(this.#path))) mkdirSync(dirname(this.#path), { mode: 0o700 })
    const size = sizeOf(this.#path)
    if (size > 0 && size + next > this.#maxBytes) renameSync(this.#path, `${this.#path}.1`)
    const handle = await open(this.#path, 'a', 0o600)
    this.#size = sizeOf(this.#path)
    return handle
  }

  async #rotate(): Promise<void> {
    await this.#handle?.close()
    this.#handle = null
    renameSync(this.#path, `${this.#path}.1`)
    this.#size = 0
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
