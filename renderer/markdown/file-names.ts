import { pathAndLine } from '../words/tree-path.ts'

/** Which of these paths are files that are there. */
export type AskFiles = (paths: string[]) => Promise<ReadonlySet<string>>

/** What is asked for at once, and in all: an answer that names more files than that keeps them as plain code. */
const mostAtOnce = 50
const mostKept = 2_000
const longestName = 300

/** A word of code that may name a file: it has folders or an ending, and neither blanks nor an address. */
export function mayBeFile(text: string): boolean {
  if (text.length > longestName || text.length < 3 || /[\s\p{C}<>|*?"'`;=&(){}$]/u.test(text) || text.includes('://')) return false
  const { path } = pathAndLine(text)
  if (path.startsWith('-') || path.endsWith('/') || path.startsWith('~')) return false
  return /[^/\\]\.[A-Za-z][A-Za-z0-9_+-]{0,11}$/.test(path) || /[^/\\][/\\][^/\\]/.test(path)
}

/** The files that answers of a conversation name, as far as they are in its folder: each is asked for once, many at a time. */
export class FileNames {
  readonly #ask: AskFiles
  readonly #known = new Map<string, boolean>()
  readonly #listeners = new Set<() => void>()
  #waiting = new Set<string>()

  constructor(ask: AskFiles) {
    this.#ask = ask
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether it is a file; false as long as nobody knows. */
  has(text: string): boolean {
    return this.#known.get(pathAndLine(text).path) === true
  }

  /** Finds out; whoever has subscribed is told. */
  want(text: string): void {
    const { path } = pathAndLine(text)
    if (this.#known.has(path) || this.#waiting.has(path) || this.#known.size >= mostKept) return
    this.#waiting.add(path)
    if (this.#waiting.size === 1) queueMicrotask(() => void this.#askAll())
  }

  /** Files may have come: what was not there is asked for again. */
  renew(): void {
    for (const [path, isThere] of this.#known) {
      if (isThere) continue
      this.#known.delete(path)
      this.want(path)
    }
  }

  async #askAll(): Promise<void> {
    const wanted = [...this.#waiting]
    this.#waiting = new Set()
    for (let at = 0; at < wanted.length; at += mostAtOnce) {
      const some = wanted.slice(at, at + mostAtOnce)
      // Nothing is a link where nobody can say.
      const found = await this.#ask(some).catch(() => new Set<string>())
      for (const path of some) this.#known.set(path, found.has(path))
      if (found.size > 0) for (const listener of this.#listeners) listener()
    }
  }
}
