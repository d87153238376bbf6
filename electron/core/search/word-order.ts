import type { Database } from '../storage/database.ts'

/** Fewer changes than these are looked through so soon that order is not worth its time. */
const leastLoose = 20_000
const pagesAtOnce = 150
const tables = ['words', 'parts'] as const

/**
 * Every batch that is written adds lists of its own to the index, and a search has to look into all of them: it puts them together, piece
 * by piece, once a tenth of all messages came or went. About 9 s for a million messages, and the file does not grow by it.
 */
export class WordOrder {
  readonly #database: Database
  /** The table that is being put in order; null: none is. */
  #table: number | null = null
  #isBegun = false

  constructor(database: Database) {
    this.#database = database
  }

  get isNeeded(): boolean {
    if (this.#table !== null) return true
    const loose = this.#database.number('SELECT loose FROM total')
    return loose >= Math.max(leastLoose, this.#database.number('SELECT messages FROM total') / 10)
  }

  /** Does a piece of it, about 10 ms. Where it has stopped when the app is closed, it goes on after the next start. */
  step(): void {
    const table = tables[(this.#table ??= 0)]
    if (table === undefined) return this.#end()
    const before = this.#changes()
    // A negative number says that everything is to become one list; SQLite remembers that.
    const pages = this.#isBegun ? pagesAtOnce : -pagesAtOnce
    this.#database.run(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`, BigInt(pages))
    this.#isBegun = true
    if (this.#changes() - before >= leastChanges) return undefined
    this.#table += 1
    this.#isBegun = false
    return undefined
  }

  #end(): void {
    this.#table = null
    this.#database.run('UPDATE total SET loose = 0')
  }

  #changes(): number {
    return this.#database.number('SELECT total_changes()')
  }
}

/** SQLite's own measure of a step that had something to do. */
const leastChanges = 2
