import { constants } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { toAppError } from '../../../shared/app-error.ts'
import { AppendLog } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { breathe } from '../storage/breathe.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import type { Problems } from '../storage/problems.ts'
import type { TaskChange, TaskRecord } from './queue-task.ts'
import { readTasks, type StoredBatch, type StoredTasks, type TaskEntry } from './stored-tasks.ts'

/** Lines that say nothing new any more before the file is written anew. */
const mostStale = 20_000
const sliceSize = 500

type Lines = Pick<AppendLog, 'append' | 'close'>
type TaskLogOptions = Partial<StoreWatch> & { openLog?: ((path: string) => Lines) | undefined }
const usualLog = (path: string): Lines => new AppendLog(path)

/** The queue on disk: an append log of tasks and of what became of them, written anew when most of it is stale. */
export class TaskLog {
  readonly #path: string
  readonly #stored: () => StoredTasks
  readonly #disk: DiskWatch | undefined
  readonly #openLog: (path: string) => Lines
  #log: Lines
  #lines: number
  /** Before so many lines nobody has to look at what they hold. */
  #rewriteAt = mostStale
  #rewriting: Promise<void> | null = null
  /** Changes come to the file in the order in which they were handed in, however long it takes to put one into words. */
  #preparing: Promise<void> = Promise.resolve()

  private constructor(path: string, stored: () => StoredTasks, { lines, disk, openLog = usualLog }: { lines: number } & TaskLogOptions) {
    this.#disk = disk
    this.#openLog = openLog
    this.#path = path
    this.#stored = stored
    this.#log = openLog(path)
    this.#lines = lines
  }

  /**
   * Reads what is there; `stored` says what the file has to hold whenever it is written anew. A file with lines that cannot be read is
   * kept beside it under another name, which is told.
   */
  static async open(path: string, stored: () => StoredTasks, options: TaskLogOptions = {}): Promise<{ log: TaskLog; found: StoredTasks }> {
    const { found, lines, unread } = await readTasks(path)
    const log = new TaskLog(path, stored, { lines, ...options })
    const isSafe = unread === 0 || (await keepDamaged(path, found, { unread, problems: options.problems }))
    if (!isSafe) log.#rewriteAt = Number.POSITIVE_INFINITY
    return { log, found }
  }

  /** Resolves once all of it is on disk: all, or, when it throws, as good as nothing. */
  async add(works: readonly TaskRecord[], batch: StoredBatch | null): Promise<void> {
    const entries: TaskEntry[] = [...(batch ? [{ type: 'batch' as const, batch }] : []), ...works.map(workEntry)]
    await this.#append(entries)
  }

  /** Resolves once all of them are on disk, and before them `works` that are not there yet; throws when none is. */
  async change(changes: readonly { id: string; change: TaskChange }[], works: readonly TaskRecord[] = []): Promise<void> {
    const before = this.#preparing
    const prepared = Promise.withResolvers<void>()
    this.#preparing = prepared.promise
    await before
    const lines = [...works.map((work) => JSON.stringify(workEntry(work))), ...(await changeLines(changes))]
    const written = this.#write(lines, works.length + changes.length)
    prepared.resolve()
    await written
  }

  /** What keeps it from being written; null when nothing does. */
  get heldBy(): string | null {
    return this.#disk?.error?.message ?? null
  }

  /** Calls `again` once, when what could not be written can be. */
  onceWritable(again: () => void): void {
    this.#disk?.onceWritable(again)
  }

  async close(): Promise<void> {
    await this.#rewriting
    await this.#log.close()
  }

  async #append(entries: readonly TaskEntry[]): Promise<void> {
    await this.#write(
      entries.map((entry) => JSON.stringify(entry)),
      entries.length,
    )
  }

  async #write(lines: readonly string[], count: number): Promise<void> {
    if (lines.length === 0) return
    await this.#rewriting
    this.#lines += count
    const append = () => Promise.all(lines.map((line) => this.#log.append(line, { sync: true })))
    try {
      await (this.#disk?.write(append) ?? append())
    } catch (thrown) {
      // What the file held is in memory too: one that was deleted is made again, once there is a folder for it.
      if (toAppError(thrown).code === 'DATA_FOLDER_MISSING') this.#rewriting ??= this.#rewrite()
      throw thrown
    }
    if (this.#isMostlyStale()) this.#rewriting ??= this.#rewrite()
  }

  #isMostlyStale(): boolean {
    if (this.#lines <= this.#rewriteAt) return false
    const { works, batches } = this.#stored()
    this.#rewriteAt = mostStale + 2 * (works.size + batches.size)
    return this.#lines > this.#rewriteAt
  }

  async #rewrite(): Promise<void> {
    try {
      await this.#log.close()
      const stored = this.#stored()
      await writeFileAtomic(this.#path, linesOf(stored))
      this.#lines = stored.works.size + stored.batches.size
    } catch {
      // The old file is whole and goes on growing; the next append says what is wrong with the disk.
      this.#lines = 0
    } finally {
      this.#log = this.#openLog(this.#path)
      this.#rewriting = null
    }
  }
}

function workEntry(work: TaskRecord): TaskEntry {
  return { type: 'work', work }
}

/** One line however many there are: all of them or none. As text in slices: ten thousand at once would hold up everybody else. */
async function changeLines(changes: readonly { id: string; change: TaskChange }[]): Promise<string[]> {
  const [first] = changes
  if (!first) return []
  if (changes.length === 1) return [JSON.stringify(changeEntry(first))]
  const parts: string[] = []
  for (let from = 0; from < changes.length; from += sliceSize) {
    parts.push(
      changes
        .slice(from, from + sliceSize)
        .map((one) => JSON.stringify(one))
        .join(','),
    )
    await breathe()
  }
  return [`{"type":"changes","changes":[${parts.join(',')}]}`]
}

function changeEntry(change: { id: string; change: TaskChange }): TaskEntry {
  return { type: 'change', ...change }
}

function* linesOf({ works, batches }: StoredTasks): Generator<string> {
  for (const batch of batches.values()) yield `${JSON.stringify({ type: 'batch', batch })}\n`
  for (const work of works.values()) yield `${JSON.stringify(workEntry(work))}\n`
}

/** Puts a copy of a damaged file aside, and what could be read of it in its place; tells it. False where there is no room for a copy. */
async function keepDamaged(path: string, found: StoredTasks, { unread, problems }: { unread: number; problems: Problems | undefined }) {
  const kept = `${path}.damaged-${Date.now()}`
  const isKept = await isCopied(path, kept)
  // Where that cannot be written, the file goes on as it is; its copy is safe.
  if (isKept) await writeFileAtomic(path, linesOf(found)).catch(() => {})
  const lines = unread === 1 ? 'A line' : `${unread} lines`
  const where = isKept ? `The old file was kept as ${kept}.` : 'The file was left as it is.'
  const message = `${lines} of ${basename(path)} could not be read, so tasks may be missing from the queue. Those that may have run already are marked as failed; retry them if you need to. ${where}`
  problems?.raise(`file:${path}`, { message, path: isKept ? kept : path, dismissible: true })
  return isKept
}

async function isCopied(path: string, kept: string): Promise<boolean> {
  try {
    await copyFile(path, kept, constants.COPYFILE_FICLONE)
    return true
  } catch {
    await rm(kept, { force: true }).catch(() => {})
    return false
  }
}
