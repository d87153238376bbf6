import { randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, type ErrorInfo } from '../../../shared/app-error.ts'
import { systemCode, toStorageError } from './storage-error.ts'

export type DiskWatchOptions = {
  /** The data folder. */
  folder: string
  /** What is wrong with it now; null once it can be written again. */
  onChange?: (error: ErrorInfo | null) => void
  /** Milliseconds between two tries to write while it cannot be written, and between two looks at whether it is there. */
  probeMs?: number
  lookMs?: number
}

/** Others are about what was asked for. */
const ofTheDisk: ReadonlySet<string> = new Set(['DISK_FULL', 'DATA_FOLDER_READONLY', 'DATA_FOLDER_MISSING', 'UNAVAILABLE', 'INTERNAL'])
const probeBytes = 64 * 1024

/**
 * Whether the data folder can be written: told once when a write fails, tried again by itself until it works, and then told
 * to everybody who has something left to write.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  readonly #waiting = new Set<() => void>()
  #error: ErrorInfo | null = null
  #inode: bigint | null = null
  #probe: NodeJS.Timeout | null = null
  #look: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: DiskWatchOptions) {
    this.#options = options
  }

  /** What keeps it from being written; null when nothing does. */
  get error(): ErrorInfo | null {
    return this.#error
  }

  /** Looks now and then whether the folder is still there: one that was deleted is noticed before something is written to it. */
  async follow(): Promise<void> {
    this.#inode = await inodeOf(this.#options.folder)
    const look = async (): Promise<void> => {
      const inode = await inodeOf(this.#options.folder)
      if (inode !== this.#inode) this.failed(folderGone(this.#options.folder))
      this.#schedule()
    }
    this.#lookNext = look
    this.#schedule()
  }

  /** Answers and throws what the write does. */
  async write<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (thrown) {
      this.failed(thrown)
      throw thrown
    }
  }

  /** A write has failed; what is not about the disk is not taken up. */
  failed(thrown: unknown): void {
    const error = toStorageError(thrown, join(this.#options.folder, '.'))
    if (this.#closed || !ofTheDisk.has(error.code) || isOurs(thrown)) return
    this.#set(error.toInfo())
    this.#probe ??= this.#probeSoon()
  }

  /** Calls `again` once, when it can be written again; the answer takes that back. */
  onceWritable(again: () => void): () => void {
    this.#waiting.add(again)
    return () => void this.#waiting.delete(again)
  }

  close(): void {
    this.#closed = true
    if (this.#probe) clearTimeout(this.#probe)
    if (this.#look) clearTimeout(this.#look)
    this.#waiting.clear()
  }

  #lookNext: () => Promise<void> = () => Promise.resolve()

  #schedule(): void {
    if (this.#closed) return
    this.#look = setTimeout(() => void this.#lookNext(), this.#options.lookMs ?? 10_000)
    this.#look.unref()
  }

  #probeSoon(): NodeJS.Timeout {
    const timer = setTimeout(() => void this.#try(), this.#options.probeMs ?? 2_000)
    timer.unref()
    return timer
  }

  async #try(): Promise<void> {
    this.#probe = null
    try {
      await this.#writeSomething()
    } catch (thrown) {
      this.failed(thrown)
      if (!this.#closed) this.#probe ??= this.#probeSoon()
      return
    }
    this.#set(null)
    const again = [...this.#waiting]
    this.#waiting.clear()
    for (const call of again) call()
  }

  async #writeSomething(): Promise<void> {
    const { folder } = this.#options
    if (this.#inode !== null && (await inodeOf(folder)) !== this.#inode) throw folderGone(folder)
    const path = join(folder, `probe.${randomBytes(6).toString('hex')}.tmp`)
    try {
      const file = await open(path, 'wx', 0o600)
      try {
        await file.writeFile(Buffer.alloc(probeBytes))
        await file.sync()
      } finally {
        await file.close()
      }
    } finally {
      await rm(path, { force: true })
    }
  }

  #set(error: ErrorInfo | null): void {
    if (this.#closed || this.#error?.message === error?.message) return
    this.#error = error
    this.#options.onChange?.(error)
  }
}

/** A fault of ours that has no system's code behind it says nothing about the disk. */
function isOurs(thrown: unknown): boolean {
  if (thrown instanceof AppError && thrown.code !== 'INTERNAL') return false
  return systemCode(thrown) === null && systemCode(thrown instanceof Error ? thrown.cause : null) === null
}

function folderGone(folder: string): AppError {
  return new AppError(
    'DATA_FOLDER_MISSING',
    `The data folder ${folder} was deleted or moved while Bullpen was running, so nothing can be saved. Put it back, or quit Bullpen and start it again.`,
  )
}

async function inodeOf(path: string): Promise<bigint | null> {
  try {
    return (await stat(path, { bigint: true })).ino
  } catch {
    return null
  }
}
