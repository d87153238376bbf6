import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { runSummarySchema, type RunSummary } from '../../../shared/domain/run.ts'
import { AppendLog } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { breathe } from '../storage/breathe.ts'
import { compressFile } from '../storage/gzip-file.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { parseJson } from '../storage/parse-json.ts'
import { readLines } from '../storage/read-lines.ts'
import { RunJournal, type JournalDeps } from './run-journal.ts'

/** `bytes`: the size of the journal that it was made from. One that has another size since is read again. */
const lineSchema = z.object({ bytes: z.int().positive(), digest: z.string(), summary: runSummarySchema })
export type EndedRun = z.infer<typeof lineSchema>

/** Lines that no run goes by any more are taken out when there are so many of them. */
const mostStale = 500
/** Journals whose size is looked up at the same time. */
const atOnce = 64
/** Journals that stay in memory once they were looked at. */
const mostRecent = 3

/**
 * What lists show of the runs that have ended, so that a start of the app does not have to read their journals: `ended.index` beside
 * them. It is made from the journals alone; what is missing or damaged in it is read from them again.
 */
export class EndedRuns {
  readonly #folder: string
  readonly #path: string
  readonly #deps: JournalDeps
  /** Those that were looked at last. */
  readonly #recent = new Map<string, RunJournal>()
  #log: AppendLog

  constructor(folder: string, deps: JournalDeps) {
    this.#deps = deps
    this.#folder = folder
    this.#path = join(folder, 'ended.index')
    this.#log = new AppendLog(this.#path)
  }

  /** Every run of the folder: what was noted of it, or its journal where nothing was or it has grown since. */
  async *all(): AsyncGenerator<EndedRun | RunJournal, void, void> {
    const ids = (await readdir(this.#folder)).flatMap((name) => /^(run_[0-9a-f]+)\.jsonl$/.exec(name)?.[1] ?? [])
    const ended = await this.#of(ids)
    for (const id of ids) {
      const run = ended.get(id) ?? (await RunJournal.open(this.journalOf(id), this.#deps))
      if (run) yield run
    }
  }

  /** A journal, read from its file. Throws NOT_FOUND. */
  async open(id: string): Promise<RunJournal> {
    const journal = await RunJournal.open(this.journalOf(id), this.#deps)
    if (journal) return journal
    throw new AppError('NOT_FOUND', 'The file of this run is gone. Reload the list.')
  }

  /** Like `open`, to be looked at alone: somebody who scrolls through it has it read once. */
  async look(id: string): Promise<RunJournal> {
    const recent = this.#recent.get(id)
    if (recent) return recent
    const journal = await this.open(id)
    this.#recent.set(id, journal)
    for (const oldest of this.#recent.keys()) if (this.#recent.size > mostRecent) this.#recent.delete(oldest)
    return journal
  }

  /** It is going to change, or to leave. */
  forget(id: string): void {
    this.#recent.delete(id)
  }

  async #of(ids: readonly string[]): Promise<Map<string, EndedRun>> {
    const { byId, lines } = await this.#read()
    const fitting = new Map<string, EndedRun>()
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = ids.slice(from, from + atOnce)
      const sizes = await Promise.all(some.map((id) => sizeOf(this.journalOf(id))))
      for (const [index, id] of some.entries()) {
        const ended = byId.get(id)
        if (ended && ended.bytes === sizes[index]) fitting.set(id, ended)
      }
    }
    if (lines - fitting.size > mostStale) await this.#rewrite(fitting)
    return fitting
  }

  /** Notes how a run has ended. Where that cannot be written, its journal is read at the next start. */
  async note({ record, bytes }: RunJournal, summary: RunSummary): Promise<void> {
    const line: EndedRun = { bytes, digest: record.header.digest, summary }
    await this.#log.append(JSON.stringify(line), { sync: false }).catch(() => {})
  }

  /** Puts the journal of a run away, compressed, where lists no longer look. Throws DISK_FULL and its like, and then it stays. */
  async putAway(id: string): Promise<void> {
    const folder = join(this.#folder, 'old')
    makeOwnFolder(folder)
    await compressFile(this.journalOf(id), join(folder, `${id}.jsonl.gz`))
    await rm(this.journalOf(id), { force: true })
  }

  journalOf(id: string): string {
    return join(this.#folder, `${id}.jsonl`)
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  async #read(): Promise<{ byId: Map<string, EndedRun>; lines: number }> {
    const byId = new Map<string, EndedRun>()
    let lines = 0
    if ((await sizeOf(this.#path)) === null) return { byId, lines }
    for await (const some of readLines(this.#path)) {
      for (const { text } of some) {
        lines += 1
        const ended = lineSchema.safeParse(parseJson(text)).data
        if (ended) byId.set(ended.summary.id, ended)
        if (lines % atOnce === 0) await breathe()
      }
    }
    return { byId, lines }
  }

  async #rewrite(ended: ReadonlyMap<string, EndedRun>): Promise<void> {
    await this.#log.close()
    await writeFileAtomic(
      this.#path,
      [...ended.values()].map((one) => `${JSON.stringify(one)}\n`),
    ).catch(() => {})
    this.#log = new AppendLog(this.#path)
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch {
    return null
  }
}
