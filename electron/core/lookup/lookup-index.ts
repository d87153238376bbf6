import { existsSync, renameSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { taskSchema, type Batch, type Task } from '../../../shared/domain/task.ts'
import { Database, faultOf } from '../storage/database.ts'
import type { Problems } from '../storage/problems.ts'

/** Ended tasks and keys beyond these are forgotten, the oldest first. Turns are as many as the conversations hold. */
const mostTasks = 200_000
const mostKeys = 100_000
const pruneEvery = 2_000
const mostPending = 20_000

const tables = `
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2000; PRAGMA journal_size_limit = 4194304;
CREATE TABLE IF NOT EXISTS turn (id TEXT PRIMARY KEY, conversation TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS covered (conversation TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS task (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, turn TEXT NOT NULL, batch TEXT, task TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS task_turn ON task (turn);
CREATE INDEX IF NOT EXISTS task_batch ON task (batch, place) WHERE batch IS NOT NULL;
CREATE TABLE IF NOT EXISTS key (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, id TEXT NOT NULL, turn TEXT NOT NULL) STRICT;
`

const conversationRow = z.object({ conversation: z.string() })
const taskRow = z.object({ place: z.number(), task: z.string() })
const countRow = z.object({ state: z.string(), count: z.number(), createdAt: z.string() })
const batchCounts = `
SELECT json_extract(task, '$.state') AS state, count(*) AS count, min(json_extract(task, '$.createdAt')) AS createdAt
FROM task WHERE batch = ? GROUP BY 1`
const putTask = `
INSERT INTO task (id, turn, batch, task) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET turn = excluded.turn, task = excluded.task`
const keyRow = z.object({ hash: z.string(), id: z.string(), turn: z.string() })

/** What a key stands for: a hash of what was asked, and the ids that it was given. */
export type StoredKey = z.infer<typeof keyRow>

/**
 * `lookup.sqlite`: which conversation a turn is in, what became of tasks, and what callers' keys stand for. Prompts and answers are not in
 * it; they are in the conversations.
 */
export class LookupIndex {
  readonly #database: Database
  /** Tasks that are to be written, with the newest of what is known of each. */
  readonly #pending = new Map<string, Task>()
  #flushing: NodeJS.Immediate | null = null
  #untilPrune = pruneEvery

  /** Whatever the file is, there is an index: `problems` hears what could not be used. */
  constructor(path: string, problems: Problems) {
    this.#database = openDatabase(path, problems)
  }

  conversationOf(turnId: string): string | null {
    return this.#database.get(conversationRow, 'SELECT conversation FROM turn WHERE id = ?', turnId)?.conversation ?? null
  }

  /** The first to tell of a turn is the conversation that it is in: forks have copies. */
  addTurns(conversationId: string, turnIds: Iterable<string>): void {
    this.#database.transaction(() => {
      for (const id of turnIds) this.#database.run('INSERT OR IGNORE INTO turn (id, conversation) VALUES (?, ?)', id, conversationId)
    })
  }

  isCovered(conversationId: string): boolean {
    return this.#database.get(conversationRow, 'SELECT conversation FROM covered WHERE conversation = ?', conversationId) !== undefined
  }

  /** All turns that the conversation had until now are here. */
  cover(conversationId: string): void {
    this.#database.run('INSERT OR IGNORE INTO covered (conversation) VALUES (?)', conversationId)
  }

  task(id: string): Task | null {
    const pending = this.#pending.get(id)
    if (pending) return pending
    const row = this.#database.get(taskRow, 'SELECT place, task FROM task WHERE id = ?', id)
    return row === undefined ? null : parseTask(row.task)
  }

  taskOfTurn(turnId: string): Task | null {
    this.flush()
    const row = this.#database.get(taskRow, 'SELECT place, task FROM task WHERE turn = ? ORDER BY place DESC LIMIT 1', turnId)
    return row === undefined ? null : parseTask(row.task)
  }

  /** Tasks of a batch in the order in which they were handed in, after a place. */
  tasksOfBatch(batchId: string, after: number, limit: number): { place: number; task: Task }[] {
    this.flush()
    const rows = this.#database.all(
      taskRow,
      'SELECT place, task FROM task WHERE batch = ? AND place > ? ORDER BY place LIMIT ?',
      batchId,
      after,
      limit,
    )
    return rows.flatMap(({ place, task }) => {
      const parsed = parseTask(task)
      return parsed === null ? [] : [{ place, task: parsed }]
    })
  }

  /** A batch that the queue has forgotten, as its tasks are; null where there is none. */
  batch(id: string): Batch | null {
    this.flush()
    const rows = this.#database.all(countRow, batchCounts, id)
    const count = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
    const [first] = rows
    if (!first) return null
    const [waiting, running, done, failed, cancelled] = [
      count('waiting'),
      count('running'),
      count('done'),
      count('failed'),
      count('cancelled'),
    ]
    const total = waiting + running + done + failed + cancelled
    return { id, title: '', createdAt: first.createdAt, total, waiting, running, done, failed, cancelled }
  }

  /** Keeps what became of a task, without its prompt. Costs the caller nothing: it is written in slices. */
  putTask(task: Task): void {
    this.#pending.set(task.id, { ...task, text: '' })
    this.#flushing ??= setImmediate(() => this.#flushSlice(500))
  }

  key(key: string): StoredKey | null {
    return this.#database.get(keyRow, 'SELECT hash, id, turn FROM key WHERE key = ?', key) ?? null
  }

  /** Throws DISK_FULL or DATA_FOLDER_READONLY. */
  addKey(key: string, { hash, id, turn }: StoredKey): void {
    try {
      this.#database.run('INSERT OR REPLACE INTO key (key, hash, id, turn) VALUES (?, ?, ?, ?)', key, hash, id, turn)
    } catch (thrown) {
      throw notWritten(thrown)
    }
    this.#prune()
  }

  /** Where the disk takes nothing it stays, and its work begins when it is asked for again. */
  dropKey(key: string): void {
    try {
      this.#database.run('DELETE FROM key WHERE key = ?', key)
    } catch {
      // What is said is why the work did not begin.
    }
  }

  /** Writes what waits to be written. */
  flush(): void {
    while (this.#pending.size > 0 && this.#flushSlice(Number.POSITIVE_INFINITY));
  }

  close(): void {
    this.flush()
    if (this.#flushing) clearImmediate(this.#flushing)
    this.#database.close()
  }

  /** What a full disk does not take waits in memory for the next one, the oldest of too many not. */
  #flushSlice(most: number): boolean {
    this.#flushing = null
    const slice = [...this.#pending.values()].slice(0, most)
    try {
      this.#database.transaction(() => {
        for (const task of slice) this.#database.run(putTask, task.id, task.turnId, task.batchId, JSON.stringify(task))
      })
    } catch {
      for (const id of [...this.#pending.keys()].slice(0, Math.max(0, this.#pending.size - mostPending))) this.#pending.delete(id)
      return false
    }
    for (const task of slice) this.#pending.delete(task.id)
    if (this.#pending.size > 0) this.#flushing = setImmediate(() => this.#flushSlice(most))
    this.#prune(slice.length)
    return true
  }

  #prune(added = 1): void {
    this.#untilPrune -= added
    if (this.#untilPrune > 0) return
    this.#untilPrune = pruneEvery
    this.#database.run('DELETE FROM task WHERE place <= (SELECT max(place) FROM task) - ?', mostTasks)
    this.#database.run('DELETE FROM key WHERE place <= (SELECT max(place) FROM key) - ?', mostKeys)
  }
}

function notWritten(thrown: unknown): unknown {
  const fault = faultOf(thrown)
  if (fault === 'full')
    return new AppError('DISK_FULL', 'The disk is full. Free up space, then try again; nothing was changed.', { cause: thrown })
  const words = 'The data folder can’t be written. Make it writable, then try again; nothing was changed.'
  return fault === 'readonly' ? new AppError('DATA_FOLDER_READONLY', words, { cause: thrown }) : thrown
}

/**
 * What cannot be used is put aside and a new file begun; where that cannot be either, all is held in memory. Turns are found again; keys, and
 * what became of ended tasks, are not, which is told.
 */
function openDatabase(path: string, problems: Problems): Database {
  try {
    return prepared(path)
  } catch (thrown) {
    const lost = 'Turns are indexed again; request keys and the results of ended tasks are lost.'
    try {
      const aside = `${path}.damaged-${Date.now()}`
      renameSync(path, aside)
      // What SQLite had not put into the file yet belongs to it, and to no other.
      for (const part of ['-wal', '-shm']) if (existsSync(path + part)) renameSync(path + part, aside + part)
      const database = prepared(path)
      const message = `lookup.sqlite could not be read (${wordsOf(thrown)}), so Bullpen started a new one. ${lost} The old file was kept as ${aside}.`
      problems.raise(`file:${path}`, { message, path: aside, dismissible: true })
      return database
    } catch (cause) {
      const message = `lookup.sqlite cannot be written (${wordsOf(cause)}). Request keys and task results are kept only until you quit Bullpen. Make the data folder writable, then restart Bullpen.`
      problems.raise(`file:${path}`, { message, path, dismissible: true })
      return prepared(':memory:')
    }
  }
}

function prepared(path: string): Database {
  const database = new Database(path)
  database.exec(tables)
  return database
}

function parseTask(text: string): Task | null {
  return taskSchema.safeParse(JSON.parse(text)).data ?? null
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
