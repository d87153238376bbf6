import { constants } from 'node:fs'
import { copyFile, rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { AppendLog, type LinePlace } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { parseJson } from '../storage/parse-json.ts'
import { readLines, readPlaces } from '../storage/read-lines.ts'
import type { HeldMessage } from './held-message.ts'
import { topicEntrySchema, type TopicEntry } from './topic-entry.ts'

/** What the file has to hold when it is written anew. */
/** Their count is asked for often, they themselves rarely. */
export type Kept = { lines: () => KeptLines; size: () => number }
export type KeptLines = { head: TopicEntry; tail: TopicEntry; messages: readonly HeldMessage[] }

/** Lines that say nothing new any more before the file is written anew; more where more is kept. */
const mostStale = 20_000
const sliceSize = 500
const mostReads = 5

/** A topic on disk: an append log of its messages and of what became of them. It is written anew when most of it is stale. */
export class TopicLog {
  readonly path: string
  readonly #kept: Kept
  readonly #watch: StoreWatch
  #log: AppendLog
  #lines = 0
  #rewriting: Promise<void> | null = null
  #closed = false

  constructor(path: string, kept: Kept, watch: StoreWatch) {
    this.path = path
    this.#kept = kept
    this.#watch = watch
    this.#log = new AppendLog(path)
  }

  /**
   * Hands over every line in order; answers how many could not be read. A last line that was torn off was promised to nobody. Of a
   * file that is damaged otherwise a copy is kept, and told.
   */
  async read(onEntry: (entry: TopicEntry, place: LinePlace) => void): Promise<number> {
    const size = await sizeOf(this.path)
    let unread = 0
    if (size === 0) return 0
    for await (const group of readLines(this.path))
      for (const { text, offset, length } of group) {
        this.#lines += 1
        const entry = topicEntrySchema.safeParse(parseJson(text))
        if (entry.success) onEntry(entry.data, { offset, length })
        else if (offset + length < size) unread += 1
      }
    if (unread > 0) await this.#keepDamaged(unread)
    return unread
  }

  /** Resolves with its place once the system has the line, with `sync` once the disk has it. Throws what a full disk throws. */
  async append(entry: TopicEntry, { sync }: { sync: boolean }): Promise<LinePlace> {
    while (this.#rewriting) await this.#rewriting
    this.#lines += 1
    return this.#watch.disk.write(() => this.#log.append(JSON.stringify(entry), { sync }))
  }

  /** To be called when what was appended is in memory too. */
  tidy(): void {
    const live = 2 * this.#kept.size() + 2
    if (this.#closed || this.#rewriting || this.#lines - live <= Math.max(mostStale, live)) return
    this.#rewriting = this.#rewrite().finally(() => (this.#rewriting = null))
  }

  /** The lines of messages, each with what was said of it last. `places` is asked anew where the file was written anew meanwhile. */
  async linesAt<T>(places: () => LinePlace[], parse: (texts: string[]) => T | null): Promise<T> {
    for (let reads = 0; reads < mostReads; reads += 1) {
      while (this.#rewriting) await this.#rewriting
      const wanted = places()
      const sorted = wanted.toSorted((a, b) => a.offset - b.offset)
      const texts = await readPlaces(this.path, sorted).catch(() => [])
      const byPlace = new Map(sorted.map((place, index) => [place, texts[index] ?? '']))
      const parsed = parse(wanted.map((place) => byPlace.get(place) ?? ''))
      if (parsed !== null) return parsed
    }
    throw new AppError('UNAVAILABLE', `${basename(this.path)} could not be read. GET /api/health says what is wrong; try again later.`)
  }

  /** Calls `again` once, when what could not be written can be. */
  onceWritable(again: () => void): void {
    if (this.#watch.disk.error === null) setTimeout(again, 1_000).unref()
    else this.#watch.disk.onceWritable(again)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#rewriting
    await this.#log.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await this.#watch.disk.write(() => rm(this.path, { force: true }))
  }

  async #rewrite(): Promise<void> {
    const { head, tail, messages } = this.#kept.lines()
    const written: (() => void)[] = []
    try {
      await this.#log.close()
      await writeFileAtomic(this.path, this.#linesKept(head, tail, { messages, written }))
      for (const move of written) move()
      this.#lines = 2 * messages.length + 2
    } catch {
      // The old file is whole and goes on growing; the next append says what is wrong with the disk.
      this.#lines = 0
    } finally {
      this.#log = new AppendLog(this.path)
    }
  }

  async *#linesKept(
    head: TopicEntry,
    tail: TopicEntry,
    { messages, written }: { messages: readonly HeldMessage[]; written: (() => void)[] },
  ): AsyncGenerator<string> {
    let offset = 0
    const line = (text: string) => {
      const place = { offset, length: Buffer.byteLength(text) }
      offset += place.length + 1
      return place
    }
    const first = JSON.stringify(head)
    line(first)
    yield `${first}\n`
    for (let from = 0; from < messages.length; from += sliceSize) {
      const slice = messages.slice(from, from + sliceSize)
      const places = slice.flatMap(({ place, last }) => (last === null ? [place] : [place, last]))
      const sorted = places.toSorted((a, b) => a.offset - b.offset)
      const texts = await readPlaces(this.path, sorted)
      const byPlace = new Map(sorted.map((place, index) => [place, texts[index] ?? '']))
      const lines: string[] = []
      for (const message of slice) {
        const own = byPlace.get(message.place) ?? ''
        const state = message.last === null ? null : (byPlace.get(message.last) ?? '')
        const place = line(own)
        const last = state === null ? null : line(state)
        lines.push(own, ...(state === null ? [] : [state]))
        written.push(() => Object.assign(message, { place, last }))
      }
      yield `${lines.join('\n')}\n`
    }
    yield `${JSON.stringify(tail)}\n`
  }

  async #keepDamaged(unread: number): Promise<void> {
    const kept = `${this.path}.damaged-${Date.now()}`
    const isKept = await copyFile(this.path, kept, constants.COPYFILE_FICLONE).then(
      () => true,
      () => false,
    )
    const lines = unread === 1 ? 'A line' : `${unread} lines`
    const where = isKept ? `The old file was kept as ${kept}.` : 'The file was left as it is.'
    const message = `${lines} of topics/${basename(this.path)} could not be read, so messages may be missing from that topic. ${where}`
    this.#watch.problems.raise(`file:${this.path}`, { message, path: isKept ? kept : this.path, dismissible: true })
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
