import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * The conversations that may have changed since the summaries were saved, each noted before the first change: a small file that tells a
 * start, also one after a kill, which files to read at once. Whatever it misses is found a little later, when all files are looked at.
 */
export class TouchedList {
  readonly #path: string
  readonly #ids: Set<string>
  /** Those that were noted while summaries are being saved; null when none are. */
  #meanwhile: Set<string> | null = null

  private constructor(path: string, ids: Set<string>) {
    this.#path = path
    this.#ids = ids
  }

  /** `isWhole`: it has everything since the saving `save`. */
  static open(path: string, save: string | null): { list: TouchedList; isWhole: boolean } {
    const lines = linesOf(path)
    const begin = save === null ? -1 : lines.lastIndexOf(mark(save))
    const ids = lines.slice(begin + 1).filter((line) => !line.startsWith(markStart))
    return { list: new TouchedList(path, new Set(ids)), isWhole: begin >= 0 }
  }

  get size(): number {
    return this.#ids.size
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  ids(): string[] {
    return [...this.#ids]
  }

  /** To be called before a conversation changes. Whatever the disk says, the change goes on: its own write says what is wrong. */
  add(id: string): void {
    if ((this.#meanwhile ?? this.#ids).has(id)) return
    this.#ids.add(id)
    this.#meanwhile?.add(id)
    this.#append(id)
  }

  /** Everything is about to be looked at for the saving `save`: what is noted from here on is not in it. */
  begin(save: string): void {
    this.#meanwhile = new Set()
    this.#append(mark(save))
  }

  /** The summaries are on the disk: what was noted before is in them. */
  saved(save: string): void {
    const rest = this.#meanwhile ?? new Set<string>()
    this.#meanwhile = null
    this.#ids.clear()
    for (const id of rest) this.#ids.add(id)
    try {
      writeFileSync(`${this.#path}.tmp`, `${[mark(save), ...rest].join('\n')}\n`, { mode: 0o600 })
      renameSync(`${this.#path}.tmp`, this.#path)
    } catch {
      // The list that is there says more than is needed, and nothing less.
    }
  }

  /** They are not. */
  failed(): void {
    this.#meanwhile = null
  }

  #append(line: string): void {
    try {
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 })
    } catch {
      // As above.
    }
  }
}

const markStart = 'saving '

function mark(save: string): string {
  return `${markStart}${save}`
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
