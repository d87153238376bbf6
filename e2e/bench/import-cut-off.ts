import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { conversationSchema } from '../../shared/domain/conversation.ts'
import { transferSchema, type Transfer } from '../../shared/domain/transfer.ts'
import { App, makeFolders, removeRun, type AppFolders } from '../support/app.ts'
import { numberFrom, round, type Bench, type Figure } from './figure.ts'
import { writeClaudeAi, writeOwnLines } from './import-files.ts'

type Counts = ReadonlyMap<string, number>
type Source = { name: string; file: string; whole: Counts; ms: number }
type Cut = 'kill' | 'cancel'
const listSchema = z.object({ items: z.array(conversationSchema), nextCursor: z.string().nullable() })

/** One file with many conversations, taken in whole, and cut off at random moments by a kill of the app and by a cancel. */
export const importCutOff: Bench = async (note) => {
  const many = numberFrom('BENCH_IMPORT_CONVERSATIONS', 10_000)
  const cuts = numberFrom('BENCH_IMPORT_CUTS', 20)
  const folder = await mkdtemp(path.join(tmpdir(), 'bullpen-bench-one-file-'))
  try {
    const claudeAi = path.join(folder, 'conversations.json')
    await writeClaudeAi(claudeAi, many)
    const own = path.join(folder, 'all.jsonl')
    const first = await whole('claude.ai JSON', claudeAi, many, (data, ids) => writeOwnLines(own, data, ids))
    const second = await whole('Bullpen JSON Lines', own, many)
    const figures = [first, second].map(figureOf)
    for (const source of [first.source, second.source]) {
      for (const cut of ['kill', 'cancel'] as const) figures.push(await cutOff(source, cut, cuts, note))
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Whole = { source: Source; ended: Transfer; many: number }

async function whole(name: string, file: string, many: number, after?: (data: string, ids: Iterable<string>) => Promise<void>) {
  const app = await App.start()
  try {
    const began = performance.now()
    const ended = await followed(app, await begin(app, file))
    const ms = performance.now() - began
    const source: Source = { name, file, whole: await countsIn(app), ms }
    await after?.(app.folders.data, source.whole.keys())
    return { source, ended, many }
  } finally {
    await app.dispose()
  }
}

function figureOf({ source, ended, many }: Whole): Figure {
  const { taken = 0, refused = 0 } = ended.report ?? {}
  const isWhole = ended.state === 'done' && taken === many && source.whole.size === many
  return {
    name: `${source.name}, ${many} conversations in one file`,
    measured: `${ended.state} in ${round(source.ms / 1_000)} s: ${taken} taken, ${refused} refused`,
    wanted: 'ends; all taken',
    ok: isWhole,
    grave: !isWhole,
  }
}

/** Cut off again and again until it is whole, then anew in another data folder, until there were enough cuts. */
async function cutOff(source: Source, cut: Cut, cuts: number, note: (text: string) => void): Promise<Figure> {
  const faults: string[] = []
  const report = (text: string): void => {
    faults.push(text)
    note(`${source.name}, ${cut}: ${text}`)
  }
  let done = 0
  let inside = 0
  while (done < cuts) {
    const run = await CutRun.begin(source, cut, report)
    while (done < cuts && !run.isWhole) {
      inside += await run.once()
      done += 1
    }
    await run.end()
    note(`${source.name}: ${done} × ${cut}, ${faults.length} faults`)
  }
  return {
    name: `${cuts} × ${cut} during it (${source.name})`,
    measured: `${faults.length} lost, half or doubled; ${inside} cuts with a part of it taken`,
    wanted: '0; completed by another import',
    ok: faults.length === 0,
    grave: faults.length > 0,
  }
}

class CutRun {
  isWhole = false
  readonly #source: Source
  readonly #cut: Cut
  readonly #report: (fault: string) => void
  readonly #folders: AppFolders
  /** What was there before any of it. */
  #before: Counts
  #app: App
  #there: Counts

  private constructor(source: Source, cut: Cut, report: (fault: string) => void, app: App, before: Counts) {
    this.#source = source
    this.#cut = cut
    this.#report = report
    this.#folders = app.folders
    this.#app = app
    this.#before = before
    this.#there = before
  }

  static async begin(source: Source, cut: Cut, report: (fault: string) => void): Promise<CutRun> {
    const app = await App.start({ folders: await makeFolders() })
    await app.api.createConversation({ title: 'Before all' })
    return new CutRun(source, cut, report, app, await countsIn(app))
  }

  /** Begins to import and cuts that off; answers 1 when a part was taken by then, else 0. */
  async once(): Promise<number> {
    const transfer = await begin(this.#app, this.#source.file)
    const left = 1 - (this.#there.size - this.#before.size) / this.#source.whole.size
    await pause(Math.random() * this.#source.ms * left)
    const told = (await read(this.#app, transfer.id)).report?.taken ?? 0
    if (this.#cut === 'kill') {
      await this.#app.kill()
      this.#app = await App.start({ folders: this.#folders })
    } else await this.#cancel(transfer.id)
    const now = await this.#check()
    if (now.size < this.#there.size + told) this.#report(`${told} were told as taken, ${now.size - this.#there.size} are there`)
    const part = now.size > this.#there.size && now.size < this.#before.size + this.#source.whole.size
    this.#there = now
    this.isWhole = now.size === this.#before.size + this.#source.whole.size
    return part ? 1 : 0
  }

  /** Another import completes it, without taking anything twice. */
  async end(): Promise<void> {
    const { state, report } = await followed(this.#app, await begin(this.#app, this.#source.file))
    const { taken = 0, duplicates = 0 } = report ?? {}
    const missing = this.#before.size + this.#source.whole.size - this.#there.size
    if (state !== 'done' || taken !== missing || taken + duplicates !== this.#source.whole.size)
      this.#report(`the last import is ${state}: ${taken} taken of ${missing} that were missing, ${duplicates} were there`)
    const now = await this.#check()
    if (now.size !== this.#before.size + this.#source.whole.size) this.#report(`${now.size} are there in the end`)
    await this.#app.quit()
    await removeRun(this.#folders)
  }

  async #cancel(id: string): Promise<void> {
    const began = performance.now()
    const { state } = await this.#app.api.call(transferSchema, 'DELETE', `/transfers/${id}`)
    if (state === 'running') this.#report(`still running ${round(performance.now() - began)} ms after the cancel`)
  }

  /** Whatever is there is whole, what was there before still is, and nothing unfinished lies around. */
  async #check(): Promise<Counts> {
    const now = await this.#settled()
    for (const id of this.#there.keys()) if (!now.has(id)) this.#report(`${id} is gone`)
    for (const [id, count] of now) {
      const wanted = this.#before.get(id) ?? this.#source.whole.get(id)
      if (count !== wanted) this.#report(`${id} has ${count} messages of ${wanted ?? 'none'}`)
    }
    const left = await readdir(path.join(this.#folders.data, 'transfers'), { recursive: true })
    if (left.length > 0) this.#report(`${left.length} files left behind`)
    return now
  }

  /** What a thread still had in its hands at a cancel is there or gone a little later. */
  async #settled(): Promise<Counts> {
    for (;;) {
      const before = await countsIn(this.#app)
      await pause(this.#cut === 'cancel' ? 300 : 0)
      const left = await readdir(path.join(this.#folders.data, 'transfers'))
      const now = await countsIn(this.#app)
      if (now.size === before.size && left.length === 0) return now
    }
  }
}

/** By its id, how many messages each conversation has. Throws when one is listed twice. */
async function countsIn(app: App): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: z.infer<typeof listSchema> = await app.api.call(listSchema, 'GET', `/conversations?state=all&limit=500${query}`)
    for (const { id, messageCount } of page.items) {
      if (counts.has(id)) throw new Error(`${id} is listed twice.`)
      counts.set(id, messageCount)
    }
    cursor = page.nextCursor
  }
  return counts
}

function begin(app: App, file: string): Promise<Transfer> {
  return app.api.call(transferSchema, 'POST', '/conversations/import', { path: file })
}

function read(app: App, id: string): Promise<Transfer> {
  return app.api.call(transferSchema, 'GET', `/transfers/${id}`)
}

async function followed(app: App, { id }: Transfer): Promise<Transfer> {
  for (;;) {
    const now = await read(app, id)
    if (now.state !== 'running') return now
    await pause(100)
  }
}
