import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { z } from 'zod'

export type Value = SQLInputValue

/** What the system's code of a failed statement means to whoever keeps the file. */
export type DatabaseFault = 'damaged' | 'full' | 'readonly' | 'busy' | 'other'

/**
 * One SQLite file. Statements are prepared once; rows are parsed by the schema that the caller gives. It works on the
 * thread that calls it, so large work belongs into a worker.
 */
export class Database {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** Throws where the file is no database, or cannot be opened or made. */
  constructor(path: string, options: { readOnly?: boolean } = {}) {
    this.#database = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: busyMs })
  }

  /** Several statements without values or rows. */
  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** Answers how many rows were changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  all<T>(row: z.ZodType<T>, sql: string, ...values: Value[]): T[] {
    return this.#prepared(sql)
      .all(...values)
      .map((each) => row.parse(each))
  }

  get<T>(row: z.ZodType<T>, sql: string, ...values: Value[]): T | undefined {
    const found = this.#prepared(sql).get(...values)
    return found === undefined ? undefined : row.parse(found)
  }

  /** The first column of the first row, which is a number. */
  number(sql: string, ...values: Value[]): number {
    const [first] = Object.values(this.#prepared(sql).get(...values) ?? {})
    return z.number().parse(first)
  }

  /** Rows one by one, for results that may be large. */
  *each<T>(row: z.ZodType<T>, sql: string, ...values: Value[]): Generator<T, void, void> {
    for (const found of this.#prepared(sql).iterate(...values)) yield row.parse(found)
  }

  /** All of `work` or nothing of it. */
  transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (thrown) {
      // Some faults, a full disk among them, have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    if (this.#statements.size >= maxStatements) this.#statements.clear()
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Sorts what a statement has thrown. */
export function faultOf(thrown: unknown): DatabaseFault {
  const code = sqliteCode(thrown)
  const words = thrown instanceof Error ? thrown.message : ''
  if (code === null) return 'other'
  if (code === 11 || code === 26 || (code === 1 && damagedWords.test(words))) return 'damaged'
  if (code === 13) return 'full'
  if (code === 8 || code === 14 || code === 3) return 'readonly'
  return code === 5 || code === 6 ? 'busy' : 'other'
}

const busyMs = 5_000
const maxStatements = 200
const damagedWords = /no such (table|column|module)|vtable constructor failed|malformed|has no column/i

/** The primary code: the low byte, whatever detail stands above it. */
function sqliteCode(thrown: unknown): number | null {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : null
}
