import { constants } from 'node:fs'
import { copyFile, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppendLog, type LinePlace } from '../storage/append-log.ts'
import { breathe } from '../storage/breathe.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import { parseJson } from '../storage/parse-json.ts'
import type { Problems } from '../storage/problems.ts'
import { readLines, readPlaces } from '../storage/read-lines.ts'
import { fold } from './fold.ts'
import { readEntry, runHeaderSchema, type Happening, type RunHeader } from './journal-entry.ts'
import { newRecord, type RunRecord } from './run-record.ts'
import { RunClock, type RunClocks } from './steady-clock.ts'

export type JournalDeps = {
  disk: Pick<DiskWatch, 'write' | 'onceWritable' | 'error'>
  problems: Pick<Problems, 'raise'>
  clocks: RunClocks
  openLog?: ((path: string) => Pick<AppendLog, 'append' | 'close'>) | undefined
}

type Unwritten = { line: string; place: LinePlace; sync: boolean }

/** A run on disk: what is to be done once, and what has happened since. Everything is there, synced, before anything goes by it. */
export class RunJournal {
  readonly path: string
  readonly record: RunRecord
  readonly clock: RunClock
  readonly #deps: JournalDeps
  readonly #log: Pick<AppendLog, 'append' | 'close'>
  #bytes: number
  /** What is in the record and not on disk yet, by the offset that stands for its place until then: below zero. */
  readonly #unwritten = new Map<number, Unwritten>()
  #lastUnwritten = 0

  private constructor(path: string, record: RunRecord, deps: JournalDeps, bytes = 0) {
    this.path = path
    this.record = record
    this.#bytes = bytes
    this.#deps = deps
    this.clock = new RunClock(deps.clocks, record)
    this.#log = deps.openLog?.(path) ?? new AppendLog(path)
  }

  /** Up to the end of the last line that is in the record. */
  get bytes(): number {
    return this.#bytes
  }

  /** Begins a journal; resolves once the run is on disk. */
  static async create(path: string, header: Omit<RunHeader, 'type' | 'version' | 'at' | 'ms'>, deps: JournalDeps): Promise<RunJournal> {
    const at = new Date(deps.clocks.wall()).toISOString()
    const whole: RunHeader = { type: 'run', version: 1, at, ms: 0, ...header }
    const journal = new RunJournal(path, newRecord(whole), deps)
    try {
      journal.#reaches(await deps.disk.write(() => journal.#log.append(JSON.stringify(whole), { sync: true })))
      return journal
    } catch (thrown) {
      await journal.close()
      throw thrown
    }
  }

  /** Reads a journal; null where its first line is none. A file with lines that cannot be read is kept beside it, which is told. */
  static async open(path: string, deps: JournalDeps): Promise<RunJournal | null> {
    const { record, unread, bytes } = await readJournal(path)
    if (!record) {
      await putAside(path, deps)
      return null
    }
    if (unread > 0) await keepDamaged(path, unread, deps)
    return new RunJournal(path, record, deps, bytes)
  }

  /**
   * Enters what has happened; resolves once it is on disk. Throws DISK_FULL and its like, and then it has not happened. What would be found
   * out again without its line is synced with the next line that would not.
   */
  async append(happening: Happening): Promise<void> {
    const entry = { ...happening, ...this.clock.stamp() }
    if (this.#unwritten.size > 0) await this.#write()
    const line = JSON.stringify(entry)
    const place = await this.#deps.disk.write(() => this.#log.append(line, { sync: !isFoundAgain(happening) }))
    fold(this.record, entry, place)
    this.#reaches(place)
  }

  /** Enters what has happened already: it is in the record at once, and on disk when `written` resolves. */
  enter(happening: Happening): void {
    const entry = { ...happening, ...this.clock.stamp() }
    this.#lastUnwritten -= 1
    const place = { offset: this.#lastUnwritten, length: 0 }
    this.#unwritten.set(place.offset, { line: JSON.stringify(entry), place, sync: !isFoundAgain(happening) })
    fold(this.record, entry, place)
  }

  /** Resolves once all that was entered is on disk; waits until the disk can be written. */
  async written(): Promise<void> {
    while (this.#unwritten.size > 0) {
      try {
        await this.#write()
      } catch (thrown) {
        const { disk } = this.#deps
        if (disk.error === null) throw thrown
        await new Promise<void>((resolve) => void disk.onceWritable(resolve))
      }
    }
  }

  /** The values of the lines at these places, in their order. */
  async read(places: readonly LinePlace[]): Promise<unknown[]> {
    const offsets = places.map(({ offset }) => offset)
    const values = new Map(offsets.map((offset) => [offset, parseJson(this.#unwritten.get(offset)?.line)]))
    const written = places.flatMap(({ offset, length }) => (offset < 0 ? [] : [{ offset, length }]))
    for (const some of slicesOf(written.toSorted((a, b) => a.offset - b.offset))) {
      const texts = await readPlaces(this.path, some)
      for (const [index, { offset }] of some.entries()) values.set(offset, parseJson(texts[index]))
    }
    return offsets.map((offset) => values.get(offset))
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  #reaches({ offset, length }: LinePlace): void {
    this.#bytes = Math.max(this.#bytes, offset + length + 1)
  }

  async #write(): Promise<void> {
    const lines = [...this.#unwritten]
    const append = () => Promise.all(lines.map(([, { line, sync }]) => this.#log.append(line, { sync })))
    const places = await this.#deps.disk.write(append)
    for (const [index, [offset, { place }]] of lines.entries()) {
      Object.assign(place, places[index])
      this.#reaches(place)
      this.#unwritten.delete(offset)
    }
  }
}

/** It follows from earlier lines; or from the turn or the run that a part was done in, which is on disk and is looked up at the next start. */
function isFoundAgain(happening: Happening): boolean {
  const { type } = happening
  return type === 'begun' || type === 'units' || type === 'ended' || (type === 'unit' && happening.state === 'done')
}

const mostBytesAtOnce = 512 * 1024

/** Lines that are read at once, so that nobody waits long for it: of all of a large fan-out they would be megabytes. */
function* slicesOf(places: readonly LinePlace[]): Generator<LinePlace[], void, void> {
  let some: LinePlace[] = []
  let bytes = 0
  for (const place of places) {
    if (some.length > 0 && bytes + place.length > mostBytesAtOnce) {
      yield some
      some = []
      bytes = 0
    }
    some.push(place)
    bytes += place.length
  }
  if (some.length > 0) yield some
}

async function readJournal(path: string): Promise<{ record: RunRecord | null; unread: number; bytes: number }> {
  let record: RunRecord | null = null
  let unread = 0
  let bytes = 0
  /** A torn last line was never told to anybody. */
  let lastIsBad = false
  for await (const lines of readLines(path)) {
    for (const { text, offset, length } of lines) {
      const value = parseJson(text)
      if (lastIsBad) unread += 1
      lastIsBad = false
      if (record === null) {
        const header = runHeaderSchema.safeParse(value).data
        if (!header) return { record: null, unread: 1, bytes }
        record = newRecord(header)
        bytes = offset + length + 1
        continue
      }
      const entry = readEntry(value)
      if (!entry) lastIsBad = true
      else {
        fold(record, entry, { offset, length })
        bytes = offset + length + 1
      }
    }
    await breathe()
  }
  return { record, unread, bytes }
}

async function putAside(path: string, { problems }: JournalDeps): Promise<void> {
  const kept = `${path}.damaged-${Date.now()}`
  await rename(path, kept)
  const message = `A run could not be read, so it is missing from the list. Its file was kept as ${kept}.`
  problems.raise(`file:${path}`, { message, path: kept, dismissible: true })
}

async function keepDamaged(path: string, unread: number, { problems }: JournalDeps): Promise<void> {
  const kept = `${path}.damaged-${Date.now()}`
  await copyFile(path, kept, constants.COPYFILE_FICLONE).catch(() => {})
  const lines = unread === 1 ? 'A line' : `${unread} lines`
  const message = `${lines} of the run ${basename(path, '.jsonl')} could not be read, so a step of it may be asked again. The file was kept as ${kept}.`
  problems.raise(`file:${path}`, { message, path: kept, dismissible: true })
}
