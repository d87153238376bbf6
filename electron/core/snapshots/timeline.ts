import { open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { uncoveredSchema } from '../../../shared/domain/changes.ts'
import { AppendLog } from '../storage/append-log.ts'
import { writeFileAtomic } from '../storage/atomic-file.ts'
import { breathe } from '../storage/breathe.ts'
import { parseJson } from '../storage/parse-json.ts'
import { systemCode } from '../storage/storage-error.ts'
import { OneByOne } from './one-by-one.ts'
import type { Snapshot } from './snapshot.ts'
import { without } from './without.ts'

const objectPattern = /^[0-9a-f]{40,64}$/
const snapshotSchema = z.object({
  seq: z.int().nonnegative(),
  tree: z.string().regex(objectPattern),
  at: z.iso.datetime(),
  edge: z.enum(['turn-start', 'turn-end', 'background-end', 'before-rewind', 'after-rewind', 'seen']),
  conversationId: z.string().nullable(),
  turnId: z.string().nullable(),
  working: z.array(z.string()),
  modes: z.string().regex(objectPattern).exactOptional(),
  late: z.literal(true).exactOptional(),
  surfaced: z.array(uncoveredSchema).exactOptional(),
  sunk: z.array(uncoveredSchema).exactOptional(),
})
const tailBytes = 32 * 1024
/** Somebody worked after a snapshot who was not known to when it was taken. */
const workedSchema = z.object({ worked: z.array(z.string()), after: z.int().nonnegative() })

/** The snapshots of one folder, ascending: lines of a file, and their memory. */
export class Timeline {
  readonly #path: string
  readonly #order = new OneByOne()
  #log: AppendLog
  #all: Snapshot[]
  #starts: Map<string, Snapshot>

  private constructor(path: string, all: Snapshot[]) {
    this.#path = path
    this.#log = new AppendLog(path)
    this.#all = all
    this.#starts = startsOf(all)
  }

  /** Reads the file; lines that cannot be read are left out. */
  static async open(path: string): Promise<Timeline> {
    return new Timeline(path, await snapshotsOf(await readText(path)))
  }

  get all(): readonly Snapshot[] {
    return this.#all
  }

  get last(): Snapshot | null {
    return this.#all.at(-1) ?? null
  }

  /** Adds one; it is on disk when this resolves. */
  add(snapshot: Omit<Snapshot, 'seq'>): Promise<Snapshot> {
    return this.#order.run(async () => {
      const added: Snapshot = { seq: (this.last?.seq ?? -1) + 1, ...snapshot }
      await this.#log.append(JSON.stringify(added), { sync: true })
      this.#all.push(added)
      for (const [key, start] of startsOf([added])) this.#starts.set(key, start)
      return added
    })
  }

  /** These have worked since the last snapshot too. */
  worked(conversationIds: readonly string[]): Promise<void> {
    return this.#order.run(async () => {
      const { last } = this
      const others = last === null ? [] : conversationIds.filter((id) => !last.working.includes(id))
      if (last === null || others.length === 0) return
      await this.#log.append(JSON.stringify({ worked: others, after: last.seq }), { sync: true })
      const known = withWorkers(last, others)
      this.#all[this.#all.length - 1] = known
      for (const [key, start] of startsOf([known])) this.#starts.set(key, start)
    })
  }

  /** The one that was taken as a turn started; null where there is none. */
  startOf(conversationId: string, turnId: string): Snapshot | null {
    return this.#starts.get(`${conversationId} ${turnId}`) ?? null
  }

  /** Drops these, by their numbers; the latest stays. */
  drop(seqs: ReadonlySet<number>): Promise<void> {
    return this.#order.run(async () => {
      const kept = without(this.#all, seqs)
      await this.#log.close()
      try {
        await writeFileAtomic(this.#path, kept.map((snapshot) => `${JSON.stringify(snapshot)}\n`).join(''))
        this.#all = kept
        this.#starts = startsOf(kept)
      } finally {
        this.#log = new AppendLog(this.#path)
      }
    })
  }

  close(): Promise<void> {
    return this.#order.run(() => this.#log.close())
  }
}

/** Those that turns started with, by conversation and turn. */
function startsOf(all: readonly Snapshot[]): Map<string, Snapshot> {
  const starts = all.filter(({ edge, turnId }) => edge === 'turn-start' && turnId !== null)
  return new Map(starts.map((start) => [`${start.conversationId ?? ''} ${start.turnId ?? ''}`, start]))
}

/** Whether somebody worked when the last of a file's snapshots was taken, or has since. */
export async function wasWorkedIn(path: string): Promise<boolean> {
  const tail = (await readTail(path)).split('\n').slice(-20).join('\n')
  return ((await snapshotsOf(tail)).at(-1)?.working.length ?? 0) > 0
}

async function readTail(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(size, tailBytes)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8')
  } finally {
    await file.close()
  }
}

async function snapshotsOf(text: string): Promise<Snapshot[]> {
  const all: Snapshot[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (at % 500 === 499) await breathe()
    const value = parseJson(line)
    const snapshot = snapshotSchema.safeParse(value).data
    if (snapshot) {
      all.push(snapshot)
      continue
    }
    const said = workedSchema.safeParse(value).data
    const place = said ? all.findLastIndex(({ seq }) => seq === said.after) : -1
    const before = all[place]
    if (said && before) all[place] = withWorkers(before, said.worked)
  }
  return all
}

function withWorkers(snapshot: Snapshot, others: readonly string[]): Snapshot {
  return { ...snapshot, working: [...new Set([...snapshot.working, ...others])] }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return ''
    throw thrown
  }
}
